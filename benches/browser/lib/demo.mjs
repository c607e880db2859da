// The release server with nothing but the demo centre in it.
import { join } from 'node:path';
import { startProcess } from '../../peers/lib/processes.mjs';

/** An ordinary Tuesday at ten. */
const CLOCK = '2026-11-24T10:00';

/** @param {{binary: string, dir: string, port: number}} where */
export async function demoServer({ binary, dir, port }) {
  const listen = `127.0.0.1:${port}`;
  const args = ['serve', '--demo', '--clock', CLOCK, '--listen', listen, '--data', join(dir, 'data')];
  const server = startProcess(binary, args, { log: join(dir, 'server.log'), env: { RUST_LOG: 'off' } });
  await server.listens(port);
  return { origin: `http://${listen}`, stop: () => server.stop() };
}
