// When the app writes its rows down, as far as that can be seen from outside: its values are sealed.

/**
 * In the page, before the app. `globalThis.disk` counts the transactions that are complete: `kept` those that add
 * what has come to the log, `folds` those that write the pages anew. `writing_ms` is what the last fold took
 * from the beginning of its transaction; `longest_ms` the longest task of the main thread since somebody set it to 0.
 */
export function watchDisk() {
  const disk = (globalThis.disk = { kept: 0, folds: 0, writing_ms: 0, longest_ms: 0, reached, still });
  const done = new EventTarget();
  new PerformanceObserver((list) => {
    disk.longest_ms = Math.max(disk.longest_ms, ...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });

  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...how) {
    const begun = transaction.apply(this, how);
    const names = begun.objectStoreNames;
    const count = names.contains('pages') ? 'folds' : names.contains('log') ? 'kept' : undefined;
    if (begun.mode !== 'readwrite' || count === undefined) return begun;
    const from = performance.now();
    begun.addEventListener('complete', () => {
      disk[count] += 1;
      if (count === 'folds') disk.writing_ms = performance.now() - from;
      done.dispatchEvent(new Event('one'));
    });
    return begun;
  };

  /** Done when `count` is at least `n`; an error if that takes longer than `patience`. */
  function reached({ count, n, patience }) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (disk[count] < n) return;
        clearTimeout(timer);
        done.removeEventListener('one', look);
        resolve();
      };
      const timer = setTimeout(() => reject(new Error(`${count} stays at ${disk[count]} and not ${n}`)), patience);
      done.addEventListener('one', look);
      look();
    });
  }

  /** Done when nothing has been written down for so long. */
  function still(ms) {
    return new Promise((resolve) => {
      let timer;
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          done.removeEventListener('one', wait);
          resolve();
        }, ms);
      };
      done.addEventListener('one', wait);
      wait();
    });
  }
}
