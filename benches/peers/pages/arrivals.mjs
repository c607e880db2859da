// Who waits for records, and who listens to them: the same for every peer's page.

/** @typedef {{id: string, person: string, series: string, date: string, value: string, by: string, at: string}} Mark */

export class Arrivals {
  /** How many records the replica holds. */
  count = 0;
  /** @type {{n: number, resolve: () => void}[]} */
  #waiting = [];
  /** @type {(mark: Mark) => void} */
  #listener = () => {};

  /**
   * Says that new records are in the replica.
   * @param {Mark[]} marks
   */
  came(marks) {
    this.count += marks.length;
    for (const mark of marks) this.#listener(mark);
    const served = this.#waiting.filter(({ n }) => n <= this.count);
    this.#waiting = this.#waiting.filter(({ n }) => n > this.count);
    for (const { resolve } of served) resolve();
  }

  /**
   * Resolves when `n` records are in the replica.
   * @param {number} n
   * @returns {Promise<void>}
   */
  waitFor(n) {
    if (this.count >= n) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ n, resolve }));
  }

  /** @param {(mark: Mark) => void} listener */
  onRecord(listener) {
    this.#listener = listener;
  }
}
