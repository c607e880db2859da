// What the disk can do at best: the time of one append of 4 KiB with fdatasync.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './figures.mjs';

/**
 * The median over `appends`, in milliseconds, on the disk that holds `home`.
 * @param {string} home
 */
export function fdatasyncFloor(home, appends = 50) {
  const path = join(home, 'floor.tmp');
  const block = Buffer.alloc(4096, 1);
  const file = openSync(path, 'w');
  const times = [];
  for (let i = 0; i < appends; i += 1) {
    const from = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    times.push(performance.now() - from);
  }
  closeSync(file);
  rmSync(path);
  return median(times);
}
