// The TinyBase server: `node tinybase.mjs PORT FILE`.
import { createMergeableStore } from 'tinybase';
import { createFilePersister } from 'tinybase/persisters/persister-file';
import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server';
import { WebSocketServer } from 'ws';
import { keepUpWith } from '../pages/tinybase-keeper.mjs';

const [, , port, file] = process.argv;
// So long the server asks the first client of a path for what it may know, and serves nobody meanwhile.
const PATIENCE_S = 5;

createWsServer(
  new WebSocketServer({ port: Number(port), host: '127.0.0.1' }),
  () => {
    const store = createMergeableStore();
    const persister = createFilePersister(store, file, console.error);
    // Nobody else writes the file: it is neither watched nor read again.
    return { ...persister, startAutoLoad: () => persister.load(), startAutoSave: async () => keepUpWith(store, persister) };
  },
  console.error,
  PATIENCE_S,
);
