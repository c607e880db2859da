// Yjs in the browser: a map of marks, y-indexeddb, y-websocket.
import { IndexeddbPersistence } from 'y-indexeddb';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { Arrivals } from './arrivals.mjs';

const arrivals = new Arrivals();
const doc = new Y.Doc();
const marks = doc.getMap('marks');
let kept, provider;

marks.observe((event) => {
  const added = [...event.changes.keys].filter(([, { action }]) => action === 'add');
  arrivals.came(added.map(([id]) => marks.get(id)));
});

globalThis.bench = {
  async open({ url, name, offline }) {
    kept = new IndexeddbPersistence(name, doc);
    await kept.whenSynced;
    provider = new WebsocketProvider(url, 'centre', doc, { connect: !offline, disableBc: true });
  },
  async write(mark) {
    marks.set(mark.id, mark);
  },
  async fill(all) {
    doc.transact(() => all.forEach((mark) => marks.set(mark.id, mark)));
  },
  count: () => arrivals.count,
  waitFor: (n) => arrivals.waitFor(n),
  onRecord: (listener) => arrivals.onRecord(listener),
  // Every update has begun a transaction of its own, and they are served in turn.
  durableLocally: () => new Promise((resolve, reject) => {
    const last = kept.db.transaction('updates', 'readwrite');
    last.objectStore('updates').count();
    last.oncomplete = () => resolve();
    last.onabort = () => reject(last.error);
  }),
  offline: () => provider.disconnect(),
  online: () => provider.connect(),
  async close() {
    provider.destroy();
    await kept.destroy();
  },
};
