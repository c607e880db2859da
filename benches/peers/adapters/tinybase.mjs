// TinyBase: a mergeable store behind a WebSocket server, kept in a file.
import { join } from 'node:path';
import { pinned, serverNode } from '../lib/home.mjs';
import { startProcess } from '../lib/processes.mjs';

/** @type {import('../run.mjs').Peer} */
export const peer = {
  name: 'tinybase',
  version: pinned('tinybase'),
  // The file is written after the answer, and without a sync.
  durable: false,
  page: 'pages/tinybase.mjs',

  async setUp() {},

  async start({ home, port, dir }) {
    const server = startProcess(serverNode(home), ['servers/tinybase.mjs', String(port), join(dir, 'store.json')], {
      cwd: home, log: join(dir, 'server.log'),
    });
    await server.listens(port);
    return { url: `ws://127.0.0.1:${port}/centre`, pids: [server.pid], stop: () => server.stop() };
  },
};
