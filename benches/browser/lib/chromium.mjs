// One Chromium with a profile of its own, spoken to over a pipe.
//
// No driver stands between: Playwright holds each worker at its start until it has been attached to, and the
// start of the service worker is part of what is measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-extensions',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-breakpad',
  '--lang=nb-NO', '--accept-lang=nb-NO', '--window-size=412,915', '--remote-debugging-pipe',
];
/** What a browser does for itself after its start is not measured. */
const SETTLE_MS = 1_000;
/** How long a finger stays. */
const PRESS_MS = 80;
const PATIENCE_MS = 60_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const alive = new Set();
process.on('exit', () => alive.forEach(kill));

export class Chromium {
  #process;
  #ended;
  #next = 1;
  /** @type {Map<number, {resolve(value: any): void, reject(error: Error): void, method: string}>} */
  #asked = new Map();
  #listeners = [];
  #session;

  /**
   * Starts it on the profile in `folder`, with one empty page.
   * @param {string} folder
   */
  static async launch(folder) {
    mkdirSync(folder, { recursive: true });
    const browser = new Chromium(folder);
    const { targetInfos } = await browser.#ask('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }) => type === 'page');
    browser.#session = (await browser.#ask('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    await browser.send('Page.enable');
    await sleep(SETTLE_MS);
    return browser;
  }

  constructor(folder) {
    const command = process.env.CHROMIUM ?? '/usr/bin/chromium';
    const args = [...FLAGS, `--user-data-dir=${folder}`, 'about:blank'];
    this.#process = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    alive.add(this.#process);
    this.#ended = once(this.#process, 'exit').then(() => {
      alive.delete(this.#process);
      for (const { reject } of this.#asked.values()) reject(new Error('the browser has ended'));
    });
    for (const end of [3, 4]) this.#process.stdio[end].on('error', () => {});
    let rest = '';
    this.#process.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.#heard(JSON.parse(message));
    });
  }

  /** A command to the page. */
  send(method, params = {}) {
    return this.#ask(method, params, this.#session);
  }

  /**
   * Hears the page's events of one name; what is returned ends that.
   * @param {string} name
   * @param {(params: any) => void} listener
   */
  on(name, listener) {
    const entry = { name, listener };
    this.#listeners.push(entry);
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== entry);
    };
  }

  /** Runs `act` in each page from now on, before the page's own scripts. */
  begin(act, argument = null) {
    return this.send('Page.addScriptToEvaluateOnNewDocument', { source: call(act, argument) });
  }

  /** Goes to an address; done when the page has begun. */
  async goto(url) {
    const { errorText } = await this.send('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
  }

  /** What `act` gives in the page. */
  async evaluate(act, argument = null) {
    const asked = { expression: call(act, argument), awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails: fault } = await this.send('Runtime.evaluate', asked);
    if (fault !== undefined) throw new Error(fault.exception?.description ?? fault.text);
    return result.value;
  }

  /** Done when an element is there that matches `selector`. */
  seen(selector) {
    return this.evaluate((selector) => new Promise((resolve) => {
      const look = () => document.querySelector(selector) !== null && (observer.disconnect(), resolve());
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true });
      look();
    }), selector);
  }

  /** Makes the processor so many times slower for the page. */
  slower(rate) {
    return this.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Taps at a point of the page, as a finger does: it stays for a moment. */
  async tap({ x, y }) {
    const how = { x, y, button: 'left', clickCount: 1 };
    await this.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...how });
    await sleep(PRESS_MS);
    await this.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...how });
  }

  /** Ends it as a person does: everything it holds is written. */
  async close() {
    this.#ask('Browser.close').catch(() => {});
    await Promise.race([this.#ended, sleep(10_000, undefined, { ref: false })]);
    if (alive.has(this.#process)) kill(this.#process);
    await this.#ended;
  }

  #ask(method, params = {}, sessionId = undefined) {
    const id = this.#next;
    this.#next += 1;
    this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), PATIENCE_MS);
      const ended = (end) => (value) => (clearTimeout(timer), end(value));
      this.#asked.set(id, { resolve: ended(resolve), reject: ended(reject), method });
    });
  }

  #heard({ id, result, error, method, params }) {
    if (id === undefined) {
      for (const { name, listener } of this.#listeners) if (name === method) listener(params);
      return;
    }
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`${asked.method}: ${error.message}`));
  }
}

function call(act, argument) {
  return `(${act})(${JSON.stringify(argument)})`;
}

/** Its whole group: we made it, so nobody else is in it. */
function kill(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    alive.delete(child); // Gone already.
  }
}
