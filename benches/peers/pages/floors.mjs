// What IndexedDB can do at best, in a page with nothing else in it. Each time it is a new database: what lies in
// one already would slow it down.

const STORE = 'rows';
/** The most bytes in a page of rows. The app's own are of at most 62 KiB before they are sealed. */
const MOST = 46_000;

const encoder = new TextEncoder();
let databases = 0;

globalThis.bench = {
  /** A strict transaction for each row, one after the other: how long each took. They are bytes, as the app's are. */
  async strictPuts(rows) {
    const database = await opened();
    const times = [];
    for (const row of rows) {
      const value = encoder.encode(JSON.stringify(row));
      const from = performance.now();
      await written(database, 'strict', (store) => store.put(value, row.id));
      times.push(performance.now() - from);
    }
    return times;
  },

  /** All rows in one transaction, each an entry of its own: how long that took. */
  async puts(rows) {
    const database = await opened();
    const from = performance.now();
    await written(database, 'relaxed', (store) => rows.forEach((row) => store.put(row, row.id)));
    return performance.now() - from;
  },

  /** The same in pages, from rows in memory too. */
  async pages(rows) {
    const database = await opened();
    const from = performance.now();
    await written(database, 'relaxed', (store) => pagesOf(rows).forEach((page, number) => store.put(page, number)));
    return performance.now() - from;
  },
};

/** @returns {Promise<IDBDatabase>} */
function opened() {
  databases += 1;
  const request = indexedDB.open(`floor-${databases}`, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Done when it is complete. With `commit`, as the app does it: that spares a round trip. */
function written(database, durability, act) {
  const transaction = database.transaction(STORE, 'readwrite', { durability });
  act(transaction.objectStore(STORE));
  transaction.commit();
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** The rows as JSON lists, in as few pages as they fit. */
function pagesOf(rows) {
  const pages = [];
  let [page, size] = [[], 0];
  for (const text of rows.map((row) => JSON.stringify(row))) {
    if (size + text.length + 1 > MOST) {
      pages.push(page);
      [page, size] = [[], 0];
    }
    page.push(text);
    size += text.length + 1;
  }
  return [...pages, page].map((page) => encoder.encode(`[${page}]`));
}
