// Minvei: the release server with the app inside, measured through the page that people use.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from '../lib/processes.mjs';
import { BEGIN, NOW, RED_DAY, numberOf, people, personOf, series, sheet, valueOf } from '../pages/minvei-rows.mjs';

const BINARY = process.env.MINVEI_BIN;
const IS_PAINTED = process.env.MINVEI_PAINTED === '1';
const PASSWORD = 'minvei-demo';
/** What the server takes at once. */
const MOST_COMMANDS = 1_000;

/** @type {import('../run.mjs').Peer} */
export const peer = {
  name: 'minvei',
  version: version(),
  // What is answered has been synced to the disk.
  durable: true,
  script: 'pages/minvei.mjs',

  async setUp(home, port) {
    if (BINARY === undefined) throw new Error('MINVEI_BIN must name the release server, as `cargo xtask dist` builds it');
    if (!existsSync(BINARY)) throw new Error(`there is no ${BINARY}, which MINVEI_BIN names`);
    rmSync(template(home), { recursive: true, force: true });
    mkdirSync(template(home));
    // Nobody can be marked for a day before she was enrolled, so that is done four weeks earlier.
    const server = await serve(template(home), port, BEGIN, join(home, 'minvei-template.log'));
    try {
      const adviser = await Session.signIn(server.origin, 'kari');
      await adviser.run('person.register', people.map(({ person }) => ({ id: person, first_name: person })));
      await adviser.run('group.enrol', people.map(({ group, person }) => ({ group, person })));
      const from = BEGIN.slice(0, 10);
      const planned = series.map((one) => ({ series: { ...one, title: one.id, kind: 'norwegian', from } }));
      await adviser.run('series.plan', planned);
      await adviser.run('day-off.withdraw', [{ date: RED_DAY }]);
    } finally {
      await server.stop();
    }
  },

  async start({ home, port, dir }) {
    cpSync(template(home), join(dir, 'data'), { recursive: true });
    const server = await serve(join(dir, 'data'), port, NOW, join(dir, 'server.log'));
    const seed = async (marks, atOnce) => {
      const teacher = await Session.signIn(server.origin, 'ingunn');
      const bodies = marks.map((mark) => {
        const { letter, number } = numberOf(mark);
        const { series, date } = sheet(letter, number);
        return { series, date, person: personOf(mark), value: valueOf(mark) };
      });
      await teacher.run('attendance.set', bodies, (i) => Date.parse(bodies[i].date + marks[i].at.slice(10)), atOnce);
    };
    // A page that shows no rows, and where a colleague can sign in.
    const page = `${server.origin}/more?as=staff${IS_PAINTED ? '&painted' : ''}`;
    return { url: server.origin, page, pids: [server.pid], stop: server.stop, seed };
  },
};

const template = (home) => join(home, 'minvei-template');

function version() {
  if (BINARY === undefined || !existsSync(BINARY)) return 'not found';
  return execFileSync(BINARY, ['--version'], { encoding: 'utf8' }).trim().replace(/^minvei /, '');
}

/** The server with the demo centre in `data`, its clock set to `clock`. */
async function serve(data, port, clock, log) {
  const listen = `127.0.0.1:${port}`;
  const server = startProcess(BINARY, ['serve', '--demo', '--clock', clock, '--listen', listen, '--data', data], {
    log, env: { RUST_LOG: 'off' },
  });
  await server.listens(port);
  return { origin: `http://${listen}`, pid: server.pid, stop: () => server.stop() };
}

/** A client for the preparation. It speaks a schema that is too old to be sent rows. */
class Session {
  #origin;
  #client;
  #cookie;
  #judged = 0;

  constructor(origin, client, cookie) {
    this.#origin = origin;
    this.#client = client;
    this.#cookie = cookie;
  }

  static async signIn(origin, login) {
    const client = randomUUID();
    const answer = await post(`${origin}/api/sign-in`, { login, secret: PASSWORD, client });
    if (!answer.ok) throw new Error(`signing in as ${login}: ${answer.status}`);
    return new Session(origin, client, answer.headers.get('set-cookie').split(';')[0]);
  }

  /** Runs commands of one name, one for each body, so many in one push; every one must be accepted. */
  async run(name, bodies, madeAt = () => 0, atOnce = MOST_COMMANDS) {
    for (let at = 0; at < bodies.length; at += atOnce) {
      const commands = bodies.slice(at, at + atOnce)
        .map((body, i) => ({ name, schema: 1, made_at: madeAt(at + i), base_at: 0, body }));
      const request = { schema: 0, client: this.#client, stored: this.#judged, first: this.#judged + 1, commands };
      const answer = await post(`${this.#origin}/api/sync`, request, this.#cookie);
      const { outcomes = [], last_seq: judged } = await answer.json();
      const refused = outcomes.find(([, outcome]) => outcome.applied === undefined);
      if (refused !== undefined) throw new Error(`${name} was refused: ${JSON.stringify(refused)}`);
      if (judged !== this.#judged + commands.length) throw new Error(`${name}: the server answered ${answer.status}`);
      this.#judged = judged;
    }
  }
}

function post(url, body, cookie = '') {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) });
}
