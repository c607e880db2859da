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
  const written = marks('a', writes);
  const before = stage.cpuMs();
  const [arrived, from] = await Promise.all([b.has(2 + writes, written.at(-1)), a.write(written)]);
  const ms = arrived - from;
  const used = stage.cpuMs() - before;
  await holds(b, 2 + writes);
  return { n: writes, ms, server_cpu_ms: used };
}

/** Spaced writes by A into a set of rows; the time of each until B has it. */
async function latency(stage, { writes }) {
  const n = Math.max(1, Math.round(writes / 5));
  const { a, b } = await two(stage);
  const [present, written] = [marks('f', PRESENT), marks('a', n)];
  await put(stage, a, present);
  await Promise.all([a, b].map((device) => device.has(2 + PRESENT, present.at(-1))));
  const before = stage.cpuMs();
  await b.listen(written);
  const sent = await a.writeSpaced(written, APART_MS);
  const heard = await b.heard(2 + PRESENT + n, written.at(-1));
  const used = stage.cpuMs() - before;
  const took = Object.entries(sent).map(([id, at]) => heard[id] - at);
  if (took.some(Number.isNaN)) throw new Error('a record came that was not heard');
  await holds(b, 2 + PRESENT + n);
  return {
    n, ms: Math.max(...Object.values(heard)) - Math.min(...Object.values(sent)),
    p50: percentile(took, 50), p95: percentile(took, 95), server_cpu_ms: used,
  };
}

/** A fresh install takes in all rows and commits them. */
async function firstPull(stage, { rows }) {
  const present = marks('f', rows);
  const last = present.at(-1);
  const filler = await stage.device('f');
  await filler.open();
  await put(stage, filler, present);
  // What another install has received is at the server for certain.
  const witness = await stage.device('w');
  await witness.open();
  await witness.has(rows, last);
  // The witness stays, as others do: some servers forget what nobody looks at, and would read it anew.
  await filler.close();

  const fresh = await stage.device('n', { counted: true });
  const [bytes, cpu] = [stage.bytes(), stage.cpuMs()];
  const [{ held, kept }, from] = await Promise.all([fresh.keeps(rows, last), fresh.open()]);
  const used = stage.cpuMs() - cpu;
  const down = stage.bytes().down - bytes.down;
  const up = stage.bytes().up - bytes.up;
  const found = await fresh.foundAfterReload(rows, last);
  if (found < rows) throw new Error(`said to be committed, but a reload finds ${found} of ${rows} rows`);
  return {
    n: rows, ms: kept - from, in_memory_ms: held - from,
    bytes_per_row: (down + up) / rows, bytes_down: down, bytes_up: up, server_cpu_ms: used,
  };
}

/** B queues writes without a network while A makes changes; the time until both hold all. */
async function week(stage, { writes, rows }) {
  const [queued, changes] = [marks('b', Math.ceil(writes / 2)), marks('f', Math.ceil(rows / 2))];
  const { a, b } = await two(stage);
  await b.ask('offline');
  await b.write(queued);
  await put(stage, a, changes);
  // A third install has received the changes, so that none of A's own work is left.
  const witness = await stage.device('w');
  await witness.open();
  await Promise.all([a, witness].map((device) => device.has(2 + changes.length, changes.at(-1))));
  await witness.close();
  await holds(b, 2 + queued.length);

  const sent = await b.countSent();
  const before = stage.cpuMs();
  const all = 2 + changes.length + queued.length;
  const [atA, atB, from] = await Promise.all([a.has(all, queued.at(-1)), b.has(all, changes.at(-1)), b.online()]);
  const ms = Math.max(atA, atB) - from;
  const used = stage.cpuMs() - before;
  const { body_bytes: body, header_bytes: headers, ...counts } = await sent();
  await Promise.all([a, b].map((device) => holds(device, all)));
  return {
    n: queued.length + changes.length, ms, ...counts, bytes_per_write: (body + headers) / queued.length,
    body_bytes: body, header_bytes: headers, server_cpu_ms: used,
  };
}

/** Two installs which have heard of each other: one record from each. */
async function two(stage) {
  const [a, b] = [await stage.device('a'), await stage.device('b')];
  await Promise.all([a.open(), b.open()]);
  const [[fromA], [fromB]] = [marks('g', 1), marks('h', 1)];
  await a.write([fromA]);
  await b.write([fromB]);
  await Promise.all([a.has(2, fromB), b.has(2, fromA)]);
  return { a, b };
}

/** Outside what is timed: does it hold just `n` records? */
async function holds(device, n) {
  const found = await device.ask('count');
  if (found !== n) throw new Error(`an install holds ${found} records and not ${n}`);
}

/** Puts records there in preparation: past the client, where the server has a way. */
async function put(stage, device, records) {
  if (stage.seed !== undefined) return stage.seed(records);
  await device.fill(records);
}
