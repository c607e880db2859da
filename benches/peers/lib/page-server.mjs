// Serves the built pages to the browsers, from an origin of their own.
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/**
 * @param {string} folder
 * @returns {Promise<{origin: string, close(): void}>}
 */
export async function servePages(folder) {
  const server = createServer((request, response) => {
    const name = /^\/([a-z]+\.(?:html|js))$/.exec(request.url ?? '')?.[1];
    if (name === undefined || !existsSync(join(folder, name))) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': name.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8' });
    createReadStream(join(folder, name)).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) };
}
