// Measures the app and the server as they ship in Chromium, each thing interleaved with its floor.
// Figures go to stdout as JSON lines, notes to stderr. How to read them is in README.md.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, note, print, readFlags } from '../peers/lib/options.mjs';
import { answers } from '../peers/lib/processes.mjs';
import { medians } from '../peers/lib/summary.mjs';
import { goalLines } from './lib/goals.mjs';
import * as apply from './measures/apply.mjs';
import * as cold from './measures/cold.mjs';
import * as safe from './measures/safe.mjs';
import * as tap from './measures/tap.mjs';
import * as warm from './measures/warm.mjs';

/**
 * @typedef {object} Where
 * @property {string} binary the release server
 * @property {string} home
 * @property {string} dir empty, for this measurement alone
 * @property {number} port
 * @property {number} opens how often a page is opened
 */

const MEASURES = { tap, apply, safe, warm, cold };
/** What tells the lines of one measurement from each other. */
const KINDS = ['measure', 'slower', 'what'];

const given = readFlags({
  home: undefined, only: Object.keys(MEASURES).join(','), rounds: '7', opens: '5', port: '7500',
});

await main();

async function main() {
  const binary = process.env.MINVEI_BIN;
  const home = given.folder('home');
  if (binary === undefined || !existsSync(binary)) {
    return fail('MINVEI_BIN must name the release server, as `cargo xtask dist` builds it');
  }
  const chosen = given.list('only', Object.keys(MEASURES));
  const [port, opens, rounds] = ['port', 'opens', 'rounds'].map(given.count);
  if (await answers(port)) return fail(`somebody else listens on port ${port}: choose another with --port`);
  for (const setUp of new Set(chosen.map((name) => MEASURES[name].setUp))) await setUp?.(home, port);

  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of chosen) {
      note(`round ${round} of ${rounds}: ${name}`);
      for (const line of await lines(name, { binary, home, dir: join(home, 'browser'), port, opens })) {
        measured.push({ measure: name, round, ...line });
        print(measured.at(-1));
      }
    }
  }
  for (const line of [...medians(measured, KINDS), ...goalLines(measured)]) print(line);
}

/** The lines of one measurement; of a failure, a line that says so. */
async function lines(name, where) {
  rmSync(where.dir, { recursive: true, force: true, maxRetries: 10 });
  mkdirSync(where.dir);
  try {
    return await MEASURES[name].measure(where);
  } catch (error) {
    note(`  failed: ${error.message}`);
    process.exitCode = 1;
    return [{ error: error.message.split('\n')[0] }];
  } finally {
    // A browser that is closed may write a moment longer.
    rmSync(where.dir, { recursive: true, force: true, maxRetries: 10 });
  }
}
