// One workload for one peer: a fresh server, the installs that speak with it, and their end.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMs } from './cpu.mjs';
import { Device } from './device.mjs';
import { answers } from './processes.mjs';
import { countingProxy } from './proxy.mjs';

/**
 * Runs `act` on a stage of its own, and clears it away however that ends.
 * @param {{peer: import('../run.mjs').Peer, home: string, port: number, chromium: any, pages: string, limitMs: number, note(text: string): void}} how
 * @param {(stage: import('./workloads.mjs').Stage) => Promise<object>} act
 */
export async function onStage({ peer, home, port, chromium, pages, limitMs, note }, act) {
  if (await answers(port)) throw new Error(`somebody else listens on port ${port}: choose others with --port`);
  const dir = join(home, 'data', peer.name);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const server = await peer.start({ home, port, dir });
  const target = new URL(server.url);
  const proxy = await countingProxy(Number(target.port));
  const direct = target.port;
  const through = (address) => address.replace(`127.0.0.1:${direct}`, `127.0.0.1:${proxy.port}`);
  const page = server.page ?? `${pages}/${peer.name}.html`;
  const script = peer.script && join(home, `built/${peer.name}.js`);
  /** @type {Device[]} */
  const devices = [];
  let timer;
  try {
    const stage = {
      device: async (name, { counted = false } = {}) => {
        const address = counted ? { page: through(page), url: through(server.url) } : { page, url: server.url };
        const device = await Device.install(chromium, { dir, name, script, ...address, note });
        devices.push(device);
        return device;
      },
      cpuMs: () => cpuMs(server.pids),
      bytes: () => proxy.bytes(),
      seed: server.seed,
    };
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
    });
    return await Promise.race([act(stage), late]);
  } finally {
    clearTimeout(timer);
    await Promise.allSettled(devices.map((device) => device.close()));
    proxy.close();
    await server.stop();
    // A browser that is closed may write a moment longer.
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  }
}
