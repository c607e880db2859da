// Zero in the browser, with its IndexedDB store.
import { Zero, createBuilder } from '@rocicorp/zero';
import { ReplicacheImpl } from '../node_modules/@rocicorp/zero/out/replicache/src/replicache-impl.js';
import { Arrivals } from './arrivals.mjs';
import { schema } from './zero-schema.mjs';

const NOWHERE = 'ws://127.0.0.1:9/';
const HOUR_MS = 3_600_000;
const arrivals = new Arrivals();
const seen = new Set();
let zero, view, replica;

// Zero writes to IndexedDB when it has been idle for a while, and offers no way to ask for it. So that
// this idle time is not held against it, its own function is called at once.
const persist = ReplicacheImpl.prototype.persist;
ReplicacheImpl.prototype.persist = function () {
  replica = this;
  return persist.call(this);
};

/** The network cable: Zero has no way to go offline by itself, and dials again every five seconds. */
const cable = {
  isCut: false,
  /** @type {Set<WebSocket>} */
  sockets: new Set(),
  /** @type {(at: number) => void} */
  dialled: () => {},
  /** @type {() => void} */
  refused: () => {},
};
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    super(cable.isCut ? NOWHERE : url, protocols);
    if (cable.isCut) {
      this.addEventListener('close', () => cable.refused());
      return;
    }
    cable.dialled(performance.timeOrigin + performance.now());
    cable.sockets.add(this);
    this.addEventListener('close', () => cable.sockets.delete(this));
  }
};

globalThis.bench = {
  async open({ url, name, offline }) {
    zero = new Zero({
      cacheURL: offline ? null : url, userID: 'bench', storageKey: name, schema, kvStore: 'idb', logLevel: 'error',
      // Past this it would refuse to write.
      disconnectTimeoutMs: HOUR_MS,
    });
    view = zero.materialize(createBuilder(schema).mark, { ttl: 'forever' });
    view.addListener((marks) => {
      const fresh = marks.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      arrivals.came(fresh);
    });
  },
  async write(mark) {
    await zero.mutate.mark.insert(mark);
  },
  count: () => arrivals.count,
  waitFor: (n) => arrivals.waitFor(n),
  onRecord: (listener) => arrivals.onRecord(listener),
  durableLocally: () => replica.persist(),
  // Zero loses what is written between the end of a connection and its first vain attempt at another,
  // so the writes wait for that.
  offline: () => new Promise((resolve) => {
    cable.isCut = true;
    cable.refused = () => setTimeout(resolve);
    for (const socket of cable.sockets) socket.close();
  }),
  online() {
    cable.isCut = false;
    return new Promise((resolve) => (cable.dialled = resolve));
  },
  async close() {
    view.destroy();
    await zero.close();
  },
};
