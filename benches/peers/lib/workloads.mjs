// The workloads. Each gets a stage with a fresh server and returns what it measured.
import { percentile } from './figures.mjs';
import { marks } from './records.mjs';

/**
 * @typedef {object} Stage
 * @property {(name: string, how?: {counted?: boolean}) => Promise<import('./device.mjs').Device>} device
 *   a new install; a counted one speaks through the proxy
 * @property {() => number} cpuMs processor time of the server so far
 * @property {() => {down: number, up: number}} bytes what went through the proxy so far
 * @property {((marks: import('./records.mjs').Mark[]) => Promise<void>) | undefined} seed
 */

/** @typedef {{writes: number, rows: number}} Sizes */

const PRESENT = 500;
const APART_MS = 20;

export const workloads = { singles, latency, 'first-pull': firstPull, week };

/** A writes one by one; the time until B holds all. */
async function singles(stage, { writes }) {
  const { a, b } = await two(stage);
  const before = stage.cpuMs();
  const arrived = b.has(2 + writes);
  const from = await a.write(marks('a', writes));
  const ms = (await arrived) - from;
  return { n: writes, ms, server_cpu_ms: stage.cpuMs() - before };
}

/** Spaced writes by A into a set of rows; the time of each until B has it. */
async function latency(stage, { writes }) {
  const n = Math.max(1, Math.round(writes / 5));
  const { a, b } = await two(stage);
  await put(stage, a, marks('f', PRESENT));
  await Promise.all([a.has(2 + PRESENT), b.has(2 + PRESENT)]);
  const before = stage.cpuMs();
  await b.listen();
  const sent = await a.writeSpaced(marks('a', n), APART_MS);
  const heard = await b.heard(2 + PRESENT + n);
  const took = Object.entries(sent).map(([id, at]) => heard[id] - at);
  if (took.some(Number.isNaN)) throw new Error('a record came that was not heard');
  return {
    n, ms: Math.max(...Object.values(heard)) - Math.min(...Object.values(sent)),
    p50: percentile(took, 50), p95: percentile(took, 95), server_cpu_ms: stage.cpuMs() - before,
  };
}

/** A fresh install takes in all rows and commits them. */
async function firstPull(stage, { rows }) {
  const filler = await stage.device('f');
  await filler.open();
  await put(stage, filler, marks('f', rows));
  // What another install has received is at the server for certain.
  const witness = await stage.device('w');
  await witness.open();
  await witness.has(rows);
  // The witness stays, as others do: some servers forget what nobody looks at, and would read it anew.
  await filler.close();

  const fresh = await stage.device('n', { counted: true });
  const [bytes, cpu] = [stage.bytes(), stage.cpuMs()];
  const taken = fresh.keeps(rows);
  const from = await fresh.open();
  const { held, kept } = await taken;
  const used = stage.cpuMs() - cpu;
  const down = stage.bytes().down - bytes.down;
  const up = stage.bytes().up - bytes.up;
  const found = await fresh.foundAfterReload(rows);
  if (found < rows) throw new Error(`said to be committed, but a reload finds ${found} of ${rows} rows`);
  return {
    n: rows, ms: kept - from, in_memory_ms: held - from,
    bytes_per_row: (down + up) / rows, bytes_down: down, bytes_up: up, server_cpu_ms: used,
  };
}

/** B queues writes without a network while A makes changes; the time until both hold all. */
async function week(stage, { writes, rows }) {
  const [queued, changes] = [Math.ceil(writes / 2), Math.ceil(rows / 2)];
  const { a, b } = await two(stage);
  await b.ask('offline');
  await b.write(marks('b', queued));
  await put(stage, a, marks('f', changes));
  // A third install has received the changes, so that none of A's own work is left.
  const witness = await stage.device('w');
  await witness.open();
  await Promise.all([a.has(2 + changes), witness.has(2 + changes)]);
  await witness.close();
  if (await b.ask('count') !== 2 + queued) throw new Error('the offline client has heard of others');

  const before = stage.cpuMs();
  const all = 2 + changes + queued;
  const [from, atA, atB] = await Promise.all([b.online(), a.has(all), b.has(all)]);
  return { n: queued + changes, ms: Math.max(atA, atB) - from, server_cpu_ms: stage.cpuMs() - before };
}

/** Two installs which have heard of each other: one record from each. */
async function two(stage) {
  const [a, b] = [await stage.device('a'), await stage.device('b')];
  await Promise.all([a.open(), b.open()]);
  await a.write(marks('g', 1));
  await b.write(marks('h', 1));
  await Promise.all([a.has(2), b.has(2)]);
  return { a, b };
}

/** Puts records there in preparation: past the client, where the server has a way. */
async function put(stage, device, records) {
  if (stage.seed !== undefined) return stage.seed(records);
  await device.fill(records);
}
