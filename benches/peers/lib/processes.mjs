// Servers as child processes: started, awaited, and ended with everything they started themselves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
/** @type {Set<import('node:child_process').ChildProcess>} */
const alive = new Set();

process.on('exit', () => {
  for (const child of alive) signal(child, 'SIGKILL');
});

/**
 * Starts a command in a process group of its own; what it says goes to `log`.
 * @param {string} command
 * @param {string[]} args
 * @param {{log: string, cwd?: string, env?: Record<string, string>, user?: {uid: number, gid: number}, stopWith?: NodeJS.Signals}} how
 */
export function startProcess(command, args, { log, cwd, env, user, stopWith = 'SIGTERM' }) {
  const out = openSync(log, 'a');
  const child = spawn(command, args, {
    cwd, env: { ...process.env, ...env }, ...user, detached: true, stdio: ['ignore', out, out],
  });
  closeSync(out);
  alive.add(child);
  const ended = once(child, 'exit').then(() => alive.delete(child));
  child.on('error', () => alive.delete(child));

  const started = {
    pid: /** @type {number} */ (child.pid),

    /** Resolves when it listens on `port`; ends it if it never does. */
    async listens(port) {
      for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
        if (!alive.has(child)) break;
        if (await answers(port)) return;
      }
      await started.stop();
      throw new Error(`${command} does not listen on ${port}; its last words:\n${readFileSync(log, 'utf8').slice(-2000)}`);
    },

    async stop() {
      if (!alive.has(child)) return;
      child.kill(stopWith);
      await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
      if (alive.has(child)) signal(child, 'SIGKILL');
      await ended;
    },
  };
  return started;
}

/**
 * Runs a command to its end and returns what it printed; fails with its last words.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, user?: {uid: number, gid: number}, input?: string}} how
 */
export async function run(command, args, { cwd, env, user, input } = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, ...user, stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${code}:\n${said.slice(-2000)}`);
  return said;
}

/**
 * Does anybody listen on this port of the loopback?
 * @param {number} port
 */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** Its whole group: we made it, so nobody else is in it. */
function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    alive.delete(child); // Gone already.
  }
}
