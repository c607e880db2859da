// Measures sync engines beside each other, interleaved, so that ratios can be taken inside one run.
// Figures go to stdout as JSON lines, notes to stderr. How to read them is in README.md.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { floorsOf, measureFloors } from './lib/floors.mjs';
import { goalLines } from './lib/goals.mjs';
import { bundle, bundleScript, chromiumDriver, prepare } from './lib/home.mjs';
import { note, print, readFlags } from './lib/options.mjs';
import { servePages } from './lib/page-server.mjs';
import { onStage } from './lib/stage.mjs';
import { medians } from './lib/summary.mjs';
import { workloads } from './lib/workloads.mjs';

/**
 * @typedef {object} Server
 * @property {string} url what the page's `open` gets; on 127.0.0.1, with its port
 * @property {string} [page] where the server itself serves the client, if it must be of its origin
 * @property {number[]} pids whose processor time counts, with their descendants'
 * @property {() => Promise<void>} stop
 * @property {(marks: import('./lib/records.mjs').Mark[], atOnce?: number) => Promise<void>} [seed] puts records there
 *   past any client, so many at once
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
/** What tells the lines of one engine and workload from all others. */
const KINDS = ['peer', 'version', 'workload', 'durable'];

const given = readFlags({
  home: undefined, only: ALL.join(','), rounds: '5', writes: '1000', rows: '10000',
  workload: Object.keys(workloads).join(','), port: '7400', limit: '300',
});

await main();

async function main() {
  const home = given.folder('home');
  const chosen = given.list('workload', Object.keys(workloads));
  const sizes = { writes: given.count('writes'), rows: given.count('rows') };
  const rounds = given.count('rounds');

  const peers = await setUp(home, given.list('only', ALL));
  const chromium = await chromiumDriver(home);
  const pages = await servePages(join(home, 'built'));
  const where = { home, sizes, chromium, pages: pages.origin };
  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    // Another one goes first in each round.
    const order = peers.map((_, i) => peers[(i + round - 1) % peers.length]);
    let before = await floors(round, where);
    for (const workload of chosen) {
      const lines = [];
      for (const peer of order) {
        note(`round ${round} of ${rounds}: ${workload}, ${peer.name}`);
        lines.push(await measure(peer, workload, round, where));
      }
      const after = await floors(round, where);
      const beside = floorsOf(workload, before, after);
      before = after;
      for (const line of lines) {
        measured.push({ ...line, ...beside });
        print({ ...line, ...beside });
      }
    }
  }
  pages.close();
  for (const line of [...medians(measured, KINDS), ...goalLines(measured)]) print(line);
}

async function floors(round, where) {
  note(`round ${round}: floors`);
  const measured = await measureFloors({ ...where, note });
  print({ floor: 'all', round, ...measured });
  return measured;
}

/** The chosen peers, installed and built. */
async function setUp(home, names) {
  note(`installing in ${home}`);
  await prepare(home);
  await bundle(home, 'floors', 'pages/floors.mjs');
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
    const how = { peer, home, port: portOf(peer.name), chromium, pages, limitMs: given.count('limit') * 1000, note: say };
    return { ...about, ...await onStage(how, (stage) => workloads[workload](stage, sizes)) };
  } catch (error) {
    say(`failed: ${error.message}`);
    process.exitCode = 1;
    return { ...about, error: error.message.split('\n')[0] };
  }
}

/** The first of the ten ports of an engine. */
function portOf(name) {
  return given.count('port') + 10 * ALL.indexOf(name);
}
