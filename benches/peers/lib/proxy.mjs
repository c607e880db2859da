// A TCP proxy on the loopback that counts the bytes of both directions.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @param {number} target port of the server behind it
 * @returns {Promise<{port: number, bytes(): {down: number, up: number}, close(): void}>}
 */
export async function countingProxy(target) {
  const count = { down: 0, up: 0 };
  const sockets = new Set();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
    near.on('data', (data) => (count.up += data.length));
    far.on('data', (data) => (count.down += data.length));
    near.pipe(far).pipe(near);
    for (const [socket, other] of [[near, far], [far, near]]) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    bytes: () => ({ ...count }),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
