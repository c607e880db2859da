// Measures the app and the server as they ship in Chromium, each thing interleaved with its floor.
// Figures go to stdout as JSON lines, notes to stderr. How to read them is in README.md.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median, rounded } from '../peers/lib/figures.mjs';
import { answers } from '../peers/lib/processes.mjs';
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

const MEASURES = { tap, safe, warm, cold };
/** What tells the lines of one measurement from each other. */
const KINDS = ['slower', 'what'];

const { values: given } = parseArgs({
  options: {
    home: { type: 'string' },
    only: { type: 'string', default: Object.keys(MEASURES).join(',') },
    rounds: { type: 'string', default: '5' },
    opens: { type: 'string', default: '5' },
    port: { type: 'string', default: '7500' },
  },
});

const note = (text) => process.stderr.write(`${text}\n`);
const print = (line) => process.stdout.write(`${JSON.stringify(rounded(line))}\n`);

for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(1));
await main();

async function main() {
  const binary = process.env.MINVEI_BIN;
  if (given.home === undefined) return fail('--home DIR is missing: the folder on the disk that is measured');
  if (binary === undefined || !existsSync(binary)) {
    return fail('MINVEI_BIN must name the release server, as `cargo xtask dist` builds it');
  }
  const chosen = list('only', Object.keys(MEASURES));
  const [home, port, opens, rounds] = [resolve(given.home), count('port'), count('opens'), count('rounds')];
  mkdirSync(home, { recursive: true });
  if (await answers(port)) return fail(`somebody else listens on port ${port}: choose another with --port`);
  for (const setUp of new Set(chosen.map((name) => MEASURES[name].setUp))) await setUp?.(home, port);

  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of chosen) {
      note(`round ${round} of ${rounds}: ${name}`);
      for (const line of await lines(name, { binary, home, dir: join(home, 'browser'), port, opens })) {
        measured.push(line);
        print({ measure: name, round, ...line });
      }
    }
  }
  for (const name of chosen) summarise(name, measured.filter((line) => line.measure === name));
}

/** The lines of one measurement; of a failure, a line that says so. */
async function lines(name, where) {
  rmSync(where.dir, { recursive: true, force: true, maxRetries: 10 });
  mkdirSync(where.dir);
  try {
    const found = await MEASURES[name].measure(where);
    return found.map((line) => ({ measure: name, ...line }));
  } catch (error) {
    note(`  failed: ${error.message}`);
    process.exitCode = 1;
    return [{ measure: name, error: error.message.split('\n')[0] }];
  } finally {
    // A browser that is closed may write a moment longer.
    rmSync(where.dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The medians over the rounds that count. */
function summarise(name, lines) {
  const kindOf = (line) => Object.fromEntries(KINDS.filter((kind) => kind in line).map((kind) => [kind, line[kind]]));
  const good = lines.filter((line) => line.error === undefined && !line.void);
  for (const kind of new Set(good.map((line) => JSON.stringify(kindOf(line))))) {
    const of = good.filter((line) => JSON.stringify(kindOf(line)) === kind);
    const isFigure = (key) => typeof of[0][key] === 'number' && !KINDS.includes(key) && key !== 'drift';
    const figures = Object.keys(of[0]).filter(isFigure);
    const medians = Object.fromEntries(figures.map((key) => [key, median(of.map((line) => line[key]))]));
    print({ summary: 'median', measure: name, ...JSON.parse(kind), ...medians, rounds: of.length });
  }
}

function list(flag, known) {
  const names = given[flag].split(',').filter((name) => name !== '');
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) fail(`--${flag}: ${strange} is none of ${known.join(', ')}`);
  return names;
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
