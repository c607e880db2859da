// TinyBase in the browser: a mergeable store, its IndexedDB persister, its WebSocket synchroniser.
import { createMergeableStore } from 'tinybase';
import { createIndexedDbPersister } from 'tinybase/persisters/persister-indexed-db';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { Arrivals } from './arrivals.mjs';
import { keepUpWith } from './tinybase-keeper.mjs';

const PATIENCE_S = 60;
const arrivals = new Arrivals();
const store = createMergeableStore();
let keeper, persister, address, synchronizer;

store.addRowIdsListener('marks', (_, __, changes) => {
  const added = Object.entries(changes?.() ?? {}).filter(([, change]) => change === 1);
  arrivals.came(added.map(([id]) => ({ id, ...store.getRow('marks', id) })));
});

async function connect() {
  const socket = new WebSocket(address);
  synchronizer = await createWsSynchronizer(store, socket, PATIENCE_S, undefined, undefined, console.error);
  await synchronizer.startSync();
}

globalThis.bench = {
  async open({ url, name, offline }) {
    address = url;
    persister = createIndexedDbPersister(store, name, 1, (fault) => {
      // What was never written cannot be loaded: so it is with every new install.
      if (fault?.name !== 'NotFoundError') console.error(fault);
    });
    await persister.load();
    keeper = keepUpWith(store, persister);
    if (!offline) await connect();
  },
  async write({ id, ...rest }) {
    store.setRow('marks', id, rest);
  },
  async fill(all) {
    store.transaction(() => all.forEach(({ id, ...rest }) => store.setRow('marks', id, rest)));
  },
  count: () => arrivals.count,
  waitFor: (n) => arrivals.waitFor(n),
  onRecord: (listener) => arrivals.onRecord(listener),
  durableLocally: () => keeper.settled(),
  async offline() {
    await synchronizer.destroy();
  },
  online: () => void connect(),
  async close() {
    await synchronizer?.destroy();
    await keeper.settled();
    await persister.destroy();
  },
};
