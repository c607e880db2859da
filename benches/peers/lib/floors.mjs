// What the disk and IndexedDB can do at best, beside which our figures stand.
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Device } from './device.mjs';
import { driftOf } from './drift.mjs';
import { median, sum } from './figures.mjs';
import { marks } from './records.mjs';

/** What is over in a few milliseconds is done so often. */
const TIMES = 3;

/**
 * The floors a workload is measured beside.
 * @type {Record<string, string[]>}
 */
const BESIDE = {
  singles: ['fdatasyncs_ms', 'strict_puts_ms'],
  latency: ['fdatasync_ms', 'strict_put_ms'],
  'first-pull': ['puts_ms', 'pages_ms'],
  week: ['fdatasync_ms'],
};

/**
 * All floors, on the disk that holds `home`:
 *
 * - `fdatasyncs_ms` for as many appends with fdatasync as there are writes, one of them `fdatasync_ms`;
 * - `strict_puts_ms` for as many strict transactions of IndexedDB, one of them `strict_put_ms`;
 * - `puts_ms` for all rows in one transaction, `pages_ms` for the same rows as pages.
 * @param {{home: string, chromium: any, pages: string, sizes: import('./workloads.mjs').Sizes, note(text: string): void}} how
 * @returns {Promise<Record<string, number>>}
 */
export async function measureFloors({ home, chromium, pages, sizes, note }) {
  const dir = join(home, 'data/floors');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const syncs = fdatasyncs(dir, sizes.writes);
  const device = await Device.install(chromium, { dir, name: 'floors', page: `${pages}/floors.html`, url: '', note });
  try {
    const strict = await device.ask('strictPuts', marks('a', sizes.writes));
    const rows = marks('f', sizes.rows);
    const times = { puts: [], pages: [] };
    for (let i = 0; i < TIMES; i += 1) for (const name in times) times[name].push(await device.ask(name, rows));
    return {
      fdatasync_ms: median(syncs), fdatasyncs_ms: sum(syncs), strict_put_ms: median(strict), strict_puts_ms: sum(strict),
      puts_ms: median(times.puts), pages_ms: median(times.pages),
    };
  } finally {
    await device.close();
    // A browser that is closed may write a moment longer.
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * The floors of a workload, from those before and after it.
 * @param {string} workload
 * @param {Record<string, number>} before
 * @param {Record<string, number>} after
 */
export function floorsOf(workload, before, after) {
  const names = BESIDE[workload];
  const floors = Object.fromEntries(names.map((name) => [name, (before[name] + after[name]) / 2]));
  // The disk's own floor counts for each of them.
  return { floors, ...driftOf(['fdatasync_ms', ...names].map((name) => [before[name], after[name]])) };
}

/** How long each of so many appends of 4 KiB with fdatasync took. */
function fdatasyncs(dir, appends) {
  const block = Buffer.alloc(4096, 1);
  const file = openSync(join(dir, 'appended'), 'w');
  const times = [];
  for (let i = 0; i < appends; i += 1) {
    const from = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    times.push(performance.now() - from);
  }
  closeSync(file);
  return times;
}
