// The attendance sheet of a teacher with 10 000 rows on her device, and taps on it.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peer } from '../../peers/adapters/minvei.mjs';
import { marks } from '../../peers/lib/records.mjs';
import { MEMBERS, personOf, sheet } from '../../peers/pages/minvei-rows.mjs';
import { countRows, kept, signIn } from '../lib/app.mjs';
import { Chromium } from '../lib/chromium.mjs';
import { watchDisk } from '../lib/disk.mjs';

/** Marks on the device. */
export const ROWS = 10_000;
/** By then the pages of the first fill have been written: the app does that when nobody taps. */
const FOLD_MS = 5_000;
/** A tap's work is over by then; so long after it everything that the main thread did is counted. */
const REST_MS = 150;
/** Turns of the loop that shows how fast the processor is; some milliseconds. */
const TURNS = 1_000_000;

export const setUp = (home, port) => peer.setUp(home, port);

/**
 * Runs `act` with a browser in which the teacher is signed in, and with a way for another device of hers to make
 * marks: so many commands in one push.
 * @param {{home: string, port: number, dir: string}} where
 * @param {(browser: Chromium, elsewhere: (marks: object[], atOnce?: number) => Promise<void>) => Promise<object[]>} act
 */
export async function withTeacher({ home, port, dir }, act) {
  const server = await peer.start({ home, port, dir });
  let browser;
  try {
    await server.seed(marks('f', ROWS));
    browser = await Chromium.launch(join(dir, 'profile'));
    await browser.begin(watchTaps, TURNS);
    await browser.begin(watchDisk);
    await browser.send('Performance.enable');
    const fill = await countRows(browser);
    await browser.goto(`${server.url}/more?as=staff`);
    await signIn(browser, { login: 'ingunn', password: 'minvei-demo' });
    await fill.filled;
    await fill.end();
    if (fill.rows() < ROWS) throw new Error(`the device was sent ${fill.rows()} rows only`);
    await kept(browser);
    await browser.seen('.sync-chip[data-state=shared]');
    await sleep(FOLD_MS);
    const lines = await act(browser, server.seed);
    return lines.map((line) => ({ ...line, rows: fill.rows() }));
  } finally {
    await browser?.close();
    await server.stop();
  }
}

/**
 * Taps `taps` names that have no answer yet, from the sheet `first` on; `before` each tap, which is told its number,
 * something may be measured. Resolves to what was seen of each.
 * @param {Chromium} browser
 * @param {{taps: number, first: number, before?: (tap: number) => Promise<void>}} how
 */
export async function tapAll(browser, { taps, first, before = async () => {} }) {
  const seen = [];
  for (let i = 0; i < taps; i += 1) {
    const at = first * MEMBERS + i;
    const person = personOf({ id: `a${at}` });
    if (at % MEMBERS === 0) await goTo(browser, 'a', at / MEMBERS);
    await before(i);
    const point = await browser.evaluate((person) => globalThis.bench.aim(person), person);
    await sleep(REST_MS);
    const start = await busy(browser);
    await browser.tap(point);
    const tap = await browser.evaluate(() => globalThis.bench.tapped);
    await sleep(REST_MS);
    const end = await busy(browser);
    const spent = Object.fromEntries(Object.keys(end).map((name) => [name, end[name] - start[name]]));
    seen.push({ ...tap, ...spent });
  }
  return seen;
}

/** Goes to a sheet of a letter; done when its names have been there for a moment. */
export async function goTo(browser, letter, number) {
  const { series, date } = sheet(letter, number);
  await browser.evaluate((address) => globalThis.bench.show(address), `/attendance/${series}/${date}`);
  await browser.seen(`input[name="mark-${personOf({ id: letter + number * MEMBERS })}"]`);
  await sleep(1_000);
}

/** What the main thread does in so long a time when nobody taps. */
export async function idle(browser, ms) {
  const start = await busy(browser);
  await sleep(ms);
  return (await busy(browser)).busy - start.busy;
}

/** Milliseconds the main thread has worked so far, and what for. */
export async function busy(browser) {
  const { metrics } = await browser.send('Performance.getMetrics');
  const ms = (name) => metrics.find((one) => one.name === name).value * 1_000;
  return {
    busy: ms('TaskDuration'), script: ms('ScriptDuration'),
    style: ms('RecalcStyleDuration'), layout: ms('LayoutDuration'),
  };
}

/** In the page, before the app. */
function watchTaps(turns) {
  const bench = (globalThis.bench = { tapped: undefined, show, aim, spin, openFloor, put });
  /** The tap that is awaited. */
  let tap;
  const after = new MessageChannel();
  let whenAfter = () => {};
  after.port1.onmessage = () => whenAfter();

  // The first to hear of it. The message comes when the main thread is free for another task: after this one
  // with all its microtasks, and as a rule after the frame that follows.
  addEventListener('click', ({ timeStamp }) => {
    if (tap === undefined || tap.from !== undefined) return;
    tap.from = performance.now();
    tap.waited = tap.from - timeStamp;
    const mine = tap;
    whenAfter = () => (mine.free = performance.now());
    after.port2.postMessage(null);
  }, { capture: true });

  // The strict transaction of the queue: when it is begun, and when the page hears that it is complete.
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...how) {
    const begun = transaction.apply(this, how);
    const mine = tap;
    if (begun.durability !== 'strict' || mine?.from === undefined) return begun;
    mine.begun ??= performance.now();
    begun.addEventListener('complete', () => (mine.complete ??= performance.now()));
    return begun;
  };

  function show(address) {
    const link = document.createElement('a');
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  }

  /** Brings the choice "here" of a person into view, gives its middle, and watches her row. */
  function aim(person) {
    const row = document.querySelector(`input[name="mark-${person}"]`).closest('li');
    if (row.dataset.answered === 'yes') throw new Error(`${person} has an answer already`);
    const choice = row.querySelector('[data-mark=here]');
    choice.scrollIntoView({ block: 'center' });
    tap = {};
    bench.tapped = watch(row, tap);
    const { x, y, width, height } = choice.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }

  function watch(row, tap) {
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        const now = performance.now();
        const state = row.querySelector('.state')?.dataset.state;
        if (tap.dom === undefined && row.dataset.answered === 'yes') {
          tap.dom = now;
          requestAnimationFrame(() => setTimeout(() => (tap.painted = performance.now())));
        }
        if (state === 'saved' || state === 'shared') tap.safe ??= now;
        if (state !== 'shared') return;
        observer.disconnect();
        setTimeout(() => {
          const { from, waited, ...times } = tap;
          const since = Object.entries({ ...times, shared: now }).map(([name, at]) => [name, at - from]);
          resolve({ waited, ...Object.fromEntries(since) });
        }, 100);
      });
      const attributeFilter = ['data-answered', 'data-state'];
      observer.observe(row, { subtree: true, childList: true, attributes: true, attributeFilter });
    });
  }

  /** How long a fixed piece of work takes. */
  function spin() {
    const from = performance.now();
    let x = 1;
    for (let i = 0; i < turns; i += 1) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
    bench.spun = x;
    return performance.now() - from;
  }

  let database;
  let key = 0;

  async function openFloor() {
    const request = indexedDB.open('bench-floor', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('puts');
    await new Promise((resolve, reject) => Object.assign(request, { onsuccess: resolve, onerror: reject }));
    database = request.result;
  }

  /** How long one strict put of 300 bytes takes, as the app makes its own: with `commit`. */
  function put() {
    const value = crypto.getRandomValues(new Uint8Array(300));
    const from = performance.now();
    const transaction = database.transaction('puts', 'readwrite', { durability: 'strict' });
    transaction.objectStore('puts').put(value, (key += 1));
    transaction.commit();
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(performance.now() - from);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}
