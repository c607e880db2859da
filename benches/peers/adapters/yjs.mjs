// Yjs with y-websocket: the document in the server's memory, its updates in LevelDB.
import { join } from 'node:path';
import { pinned, serverNode } from '../lib/home.mjs';
import { startProcess } from '../lib/processes.mjs';

/** @type {import('../run.mjs').Peer} */
export const peer = {
  name: 'yjs',
  version: `${pinned('yjs')}, y-websocket ${pinned('y-websocket')}`,
  // LevelDB is written after the answer, and without a sync.
  durable: false,
  page: 'pages/yjs.mjs',

  async setUp() {},

  async start({ home, port, dir }) {
    const server = startProcess(serverNode(home), ['node_modules/@y/websocket-server/src/server.js'], {
      cwd: home, log: join(dir, 'server.log'),
      env: { HOST: '127.0.0.1', PORT: String(port), YPERSISTENCE: join(dir, 'leveldb') },
    });
    await server.listens(port);
    return { url: `ws://127.0.0.1:${port}`, pids: [server.pid], stop: () => server.stop() };
  },
};
