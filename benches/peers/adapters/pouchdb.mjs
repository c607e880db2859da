// PouchDB in the browser, express-pouchdb over LevelDB at the server, live sync both ways.
import { join } from 'node:path';
import { pinned, serverNode } from '../lib/home.mjs';
import { startProcess } from '../lib/processes.mjs';

/** @type {import('../run.mjs').Peer} */
export const peer = {
  name: 'pouchdb',
  version: `${pinned('pouchdb-browser')}, express-pouchdb ${pinned('express-pouchdb')}`,
  // LevelDB answers without a sync.
  durable: false,
  page: 'pages/pouchdb.mjs',

  async setUp() {},

  async start({ home, port, dir }) {
    const server = startProcess(serverNode(home), ['servers/pouchdb.mjs', String(port), join(dir, 'databases')], {
      cwd: home, log: join(dir, 'server.log'),
    });
    await server.listens(port);
    const origin = `http://127.0.0.1:${port}`;
    // Of the same origin, so that no request is asked for leave beforehand.
    return { url: `${origin}/centre`, page: `${origin}/bench/pouchdb.html`, pids: [server.pid], stop: () => server.stop() };
  },
};
