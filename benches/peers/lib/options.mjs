// The flags of a bench and what it says: the same for both.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rounded } from './figures.mjs';

for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(1));

export const note = (text) => process.stderr.write(`${text}\n`);
export const print = (line) => process.stdout.write(`${JSON.stringify(rounded(line))}\n`);

/**
 * Reads the flags that have an entry in `defaults`; one without a value there may be left out.
 * @param {Record<string, string | undefined>} defaults
 */
export function readFlags(defaults) {
  const options = Object.fromEntries(Object.entries(defaults).map(([name, text]) =>
    [name, { type: /** @type {const} */ ('string'), ...text !== undefined && { default: text } }]));
  const { values } = parseArgs({ options });
  return {
    /** A folder, which is made if it is not there. */
    folder(name) {
      const path = values[name];
      if (path === undefined) return fail(`--${name} DIR is missing: a folder on the disk that is measured`);
      mkdirSync(resolve(path), { recursive: true });
      return resolve(path);
    },

    /** A whole number above 0. */
    count(name) {
      const number = Number(values[name]);
      return Number.isInteger(number) && number > 0 ? number : fail(`--${name} takes a whole number above 0`);
    },

    /** Some of `known`, with commas between them. */
    list(name, known) {
      const names = values[name].split(',').filter((one) => one !== '');
      const strange = names.find((one) => !known.includes(one));
      return strange === undefined ? names : fail(`--${name}: ${strange} is none of ${known.join(', ')}`);
    },
  };
}

/**
 * Ends the bench: it was not called as it can be.
 * @returns {never}
 */
export function fail(why) {
  note(why);
  process.exit(2);
}
