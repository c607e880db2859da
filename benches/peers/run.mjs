// Measures sync engines beside each other, interleaved, so that ratios can be taken inside one run.
// Figures go to stdout as JSON lines, notes to stderr. How to read them is in README.md.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median, rounded } from './lib/figures.mjs';
import { fdatasyncFloor } from './lib/floor.mjs';
import { bundle, bundleScript, chromiumDriver, prepare } from './lib/home.mjs';
import { servePages } from './lib/page-server.mjs';
import { onStage } from './lib/stage.mjs';
import { workloads } from './lib/workloads.mjs';

/**
 * @typedef {object} Server
 * @property {string} url what the page's `open` gets; on 127.0.0.1, with its port
 * @property {string} [page] where the server itself serves the client, if it must be of its origin
 * @property {number[]} pids whose processor time counts, with their descendants'
 * @property {() => Promise<void>} stop
 * @property {(marks: import('./lib/records.mjs').Mark[]) => Promise<void>} [seed] puts records there past any client
 */

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} version
 * @property {boolean} durable is a write on the server's disk before it is answered?
 * @property {string} [page] source of the browser client, from the home folder; bundled by the harness
 * @property {string} [script] instead, where the server serves its client as it ships: source of a script that
 *   stands in that page before the page's own do
 * @property {(home: string, port: number) => Promise<void>} setUp once, after the packages are installed
 * @property {(where: {home: string, port: number, dir: string}) => Promise<Server>} start
 *   with an empty `dir`; the ten ports from `port` on are its own
 */

const ALL = ['yjs', 'tinybase', 'pouchdb', 'zero', 'minvei'];
/** A round whose floor moved by more than this says nothing. */
const DRIFT = 2;

const { values: given } = parseArgs({
  options: {
    home: { type: 'string' },
    only: { type: 'string', default: ALL.join(',') },
    rounds: { type: 'string', default: '5' },
    writes: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '10000' },
    workload: { type: 'string', default: Object.keys(workloads).join(',') },
    port: { type: 'string', default: '7400' },
    limit: { type: 'string', default: '300' },
  },
});

const note = (text) => process.stderr.write(`${text}\n`);
const print = (line) => process.stdout.write(`${JSON.stringify(rounded(line))}\n`);

for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(1));
await main();

async function main() {
  if (given.home === undefined) return fail('--home DIR is missing: the folder where the peers are installed');
  const home = resolve(given.home);
  const chosen = list('workload', Object.keys(workloads));
  const sizes = { writes: count('writes'), rows: count('rows') };
  const rounds = count('rounds');
  mkdirSync(home, { recursive: true });

  const peers = await setUp(home, list('only', ALL));
  const chromium = await chromiumDriver(home);
  const pages = await servePages(join(home, 'built'));
  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    const lines = [];
    const start = fdatasyncFloor(home);
    for (const workload of chosen) {
      // Another one goes first in each round.
      const order = peers.map((_, i) => peers[(i + round - 1) % peers.length]);
      for (const peer of order) {
        note(`round ${round} of ${rounds}: ${workload}, ${peer.name}`);
        lines.push(await measure(peer, workload, round, { home, sizes, chromium, pages: pages.origin }));
      }
    }
    const end = fdatasyncFloor(home);
    const drift = Math.max(start, end) / Math.min(start, end);
    const isVoid = drift > DRIFT;
    print({ floor: 'fdatasync', round, start_ms: start, end_ms: end, drift, void: isVoid });
    for (const line of lines) {
      measured.push({ ...line, void: isVoid });
      print({ ...line, void: isVoid });
    }
  }
  pages.close();
  summarise(measured.filter((line) => !line.void && line.error === undefined));
}

/** The chosen peers, installed and built. */
async function setUp(home, names) {
  note(`installing in ${home}`);
  await prepare(home);
  const peers = [];
  for (const name of names) {
    const adapter = new URL(`adapters/${name}.mjs`, import.meta.url);
    if (!existsSync(adapter)) {
      note(`${name} is left out: there is no adapters/${name}.mjs`);
      continue;
    }
    /** @type {{peer: Peer}} */
    const { peer } = await import(adapter.href);
    note(`setting up ${name} ${peer.version}`);
    try {
      await peer.setUp(home, portOf(name));
      if (peer.page !== undefined) await bundle(home, name, peer.page);
      if (peer.script !== undefined) await bundleScript(home, name, peer.script);
      peers.push(peer);
    } catch (error) {
      note(`${name} is left out: ${error.message}`);
      process.exitCode = 1;
    }
  }
  return peers;
}

/** One line of figures; of a failure, a line that says so. */
async function measure(peer, workload, round, { home, sizes, chromium, pages }) {
  const about = { peer: peer.name, version: peer.version, workload, durable: peer.durable, round };
  const say = (text) => note(`  ${peer.name} ${text}`);
  try {
    const how = { peer, home, port: portOf(peer.name), chromium, pages, limitMs: count('limit') * 1000, note: say };
    return { ...about, ...await onStage(how, (stage) => workloads[workload](stage, sizes)) };
  } catch (error) {
    say(`failed: ${error.message}`);
    process.exitCode = 1;
    return { ...about, error: error.message.split('\n')[0] };
  }
}

/** The medians over the rounds that count. */
function summarise(lines) {
  for (const key of new Set(lines.map((line) => `${line.workload} ${line.peer}`))) {
    const of = lines.filter((line) => `${line.workload} ${line.peer}` === key);
    const figures = ['ms', 'p50', 'p95', 'bytes_per_row', 'server_cpu_ms'].filter((name) => of[0][name] !== undefined);
    const { peer, version, workload, durable, n } = of[0];
    const medians = Object.fromEntries(figures.map((name) => [name, median(of.map((line) => line[name]))]));
    print({ summary: 'median', peer, version, workload, n, ...medians, durable, rounds: of.length });
  }
}

function list(flag, known) {
  const names = given[flag].split(',').filter((name) => name !== '');
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) fail(`--${flag}: ${strange} is none of ${known.join(', ')}`);
  return names;
}

/** The first of the ten ports of an engine. */
function portOf(name) {
  return count('port') + 10 * ALL.indexOf(name);
}

function count(flag) {
  const number = Number(given[flag]);
  if (!Number.isInteger(number) || number < 1) fail(`--${flag} takes a whole number above 0`);
  return number;
}

function fail(why) {
  note(why);
  process.exit(2);
}
