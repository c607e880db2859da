// One install: a Chromium with a profile of its own on the disk, and the peer's client in its page.
//
// A profile of its own, since what Playwright calls a new context keeps IndexedDB in memory only.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countSent } from './sent.mjs';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** What is not found after a reload by then was not kept. */
const RELOAD_MS = 10_000;

/** @typedef {import('./records.mjs').Mark} Mark */

export class Device {
  #context;
  #page;
  #where;

  /** @param {{page: string, url: string, name: string}} where */
  constructor(context, page, where) {
    this.#context = context;
    this.#page = page;
    this.#where = where;
  }

  /**
   * @param {import('playwright-core').BrowserType} chromium
   * @param {{dir: string, name: string, page: string, url: string, script?: string, note(text: string): void}} where
   */
  static async install(chromium, { dir, name, page: address, url, script, note }) {
    const context = await chromium.launchPersistentContext(join(dir, `profile-${name}`), {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, headless: true,
    });
    if (script !== undefined) await context.addInitScript({ path: script });
    const page = context.pages()[0] ?? await context.newPage();
    page.on('pageerror', (error) => note(`${name}: ${error.message}`));
    page.on('console', (message) => {
      // PouchDB asks for checkpoints that are not there yet, and that is no error.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) note(`${name}: ${message.text().slice(0, 200)}`);
    });
    const device = new Device(context, page, { page: address, url, name });
    await device.#load();
    return device;
  }

  async #load() {
    await this.#page.goto(this.#where.page);
    await this.#page.waitForFunction(() => globalThis.bench !== undefined);
  }

  /** Opens the client. Resolves to the time just before, on this page's clock. */
  open({ offline = false } = {}) {
    const { url, name } = this.#where;
    return this.#page.evaluate(async (how) => {
      const from = performance.timeOrigin + performance.now();
      await globalThis.bench.open(how);
      return from;
    }, { url, name, offline });
  }

  /** What the client says; `name` is a function of the contract. */
  ask(name, argument) {
    return this.#page.evaluate(async ([name, argument]) => globalThis.bench[name](argument), [name, argument]);
  }

  /**
   * The time when all `n` records are there.
   * @param {number} n
   * @param {Mark} last the one of them that was written last
   */
  has(n, last) {
    return this.#page.evaluate(async ({ n, last }) => {
      await globalThis.bench.waitFor(n, last);
      return performance.timeOrigin + performance.now();
    }, { n, last });
  }

  /** The times when all `n` records are there, and when they are committed in IndexedDB too. */
  keeps(n, last) {
    return this.#page.evaluate(async ({ n, last }) => {
      const now = () => performance.timeOrigin + performance.now();
      await globalThis.bench.waitFor(n, last);
      const held = now();
      await globalThis.bench.durableLocally();
      return { held, kept: now() };
    }, { n, last });
  }

  /**
   * Writes one after the other, each when the one before is done. Resolves to the time of the first.
   * @param {Mark[]} marks
   */
  write(marks) {
    return this.#page.evaluate(async (marks) => {
      const from = performance.timeOrigin + performance.now();
      for (const mark of marks) await globalThis.bench.write(mark);
      return from;
    }, marks);
  }

  /**
   * Writes one each `apart` milliseconds. Resolves to when each was written, by its id.
   * @param {Mark[]} marks
   * @returns {Promise<Record<string, number>>}
   */
  writeSpaced(marks, apart) {
    return this.#page.evaluate(async ({ marks, apart }) => {
      const sent = {};
      for (const mark of marks) {
        sent[mark.id] = performance.timeOrigin + performance.now();
        await globalThis.bench.write(mark);
        await new Promise((resolve) => setTimeout(resolve, apart));
      }
      return sent;
    }, { marks, apart });
  }

  /** Listens from now on; `marks` will come. */
  listen(marks) {
    return this.#page.evaluate((marks) => {
      const heard = (globalThis.heard = {});
      globalThis.bench.onRecord(({ id }) => (heard[id] ??= performance.timeOrigin + performance.now()), marks);
    }, marks);
  }

  /**
   * When each record came since `listen`, by its id, as soon as `n` are there in all.
   * @returns {Promise<Record<string, number>>}
   */
  heard(n, last) {
    return this.#page.evaluate(async ({ n, last }) => {
      await globalThis.bench.waitFor(n, last);
      return globalThis.heard;
    }, { n, last });
  }

  /** Puts many records there before a measurement, by whatever way is quickest. */
  fill(marks) {
    return this.#page.evaluate(async (marks) => {
      if (globalThis.bench.fill !== undefined) return globalThis.bench.fill(marks);
      for (const mark of marks) await globalThis.bench.write(mark);
    }, marks);
  }

  /** Goes online again. Resolves to when the client began to dial. */
  online() {
    return this.#page.evaluate(async () => {
      const from = performance.timeOrigin + performance.now();
      return (await globalThis.bench.online()) ?? from;
    });
  }

  /** Counts what the page sends from now on; what is returned tells it. */
  countSent() {
    return countSent(this.#page);
  }

  /** How many of `n` records are found by a page that is loaded anew and has no server. */
  async foundAfterReload(n, last) {
    await this.ask('close');
    await this.#load();
    await this.open({ offline: true });
    await Promise.race([this.has(n, last), sleep(RELOAD_MS)]);
    return this.ask('count');
  }

  async close() {
    await this.#context.close();
  }
}
