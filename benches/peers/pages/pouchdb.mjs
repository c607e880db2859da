// PouchDB in the browser: its IndexedDB adapter, live sync, and the rows in memory from its change feed.
import PouchDB from 'pouchdb-browser';
import { Arrivals } from './arrivals.mjs';

const BATCH = 1000;
const arrivals = new Arrivals();
const marks = new Map();
let db, feed, address, sync;

function connect() {
  // Where a replication stands is kept on the device only. By default the server keeps it too, which costs
  // two requests for each batch in each direction: twice the way from A to B at one write each 20 ms.
  const [push, pull] = [{ checkpoint: 'source' }, { checkpoint: 'target' }];
  sync = db.sync(address, { live: true, retry: true, batch_size: BATCH, push, pull }).on('error', console.error);
}

function take(docs) {
  const fresh = docs.filter(({ _id }) => !marks.has(_id)).map(({ _id, _rev, ...rest }) => ({ id: _id, ...rest }));
  for (const mark of fresh) marks.set(mark.id, mark);
  arrivals.came(fresh);
}

const document = ({ id, ...rest }) => ({ _id: id, ...rest });

globalThis.bench = {
  async open({ url, name, offline }) {
    address = url;
    db = new PouchDB(name);
    const { rows } = await db.allDocs({ include_docs: true });
    take(rows.map(({ doc }) => doc));
    const { update_seq: since } = await db.info();
    feed = db.changes({ live: true, since, include_docs: true, batch_size: BATCH }).on('change', ({ doc }) => take([doc]));
    if (!offline) connect();
  },
  async write(mark) {
    await db.put(document(mark));
  },
  async fill(all) {
    await db.bulkDocs(all.map(document));
  },
  count: () => arrivals.count,
  waitFor: (n) => arrivals.waitFor(n),
  onRecord: (listener) => arrivals.onRecord(listener),
  // The feed tells of what IndexedDB has committed.
  async durableLocally() {},
  offline: () => new Promise((resolve) => {
    sync.on('complete', () => resolve()).cancel();
  }),
  online: () => connect(),
  async close() {
    feed.cancel();
    sync?.cancel();
    await db.close();
  },
};
