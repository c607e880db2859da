// The installed app of a participant is opened without a network, beside a static file from the same cache.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers } from '../../peers/lib/processes.mjs';
import { median } from '../../peers/lib/figures.mjs';
import { kept, signIn } from '../lib/app.mjs';
import { Chromium } from '../lib/chromium.mjs';
import { demoServer } from '../lib/demo.mjs';
import { floorOf } from '../lib/drift.mjs';
import { watchOpening } from './opening.mjs';

const CARD = { code: 'NS-KRTP-6P', pin: '2468' };
/** The heading of the day, and the first entry of its plan. */
const PLAN = ['.day-band h1', '.acts .act__title'];
/** A file the worker keeps and no page shows: the static file takes its place in the cache. */
const PLACE = '/icons/apple-180.png';
/** Opened so often before the clock counts, and left open so long: a browser keeps compiled wasm when it is idle. */
const FIRST = 2;
const STAY_MS = 6_000;

/** @param {import('../run.mjs').Where} where */
export async function measure({ binary, port, dir, opens }) {
  const profile = join(dir, 'profile');
  const server = await demoServer({ binary, dir, port });
  try {
    await install(profile, server.origin);
  } finally {
    await server.stop();
  }
  if (await answers(port)) throw new Error('the network is not cut: somebody listens');
  const app = { address: `${server.origin}/`, selectors: PLAN, times: [] };
  const file = { address: `${server.origin}${PLACE}`, selectors: ['#end'], times: [] };
  for (let i = 0; i < FIRST; i += 1) await opened(profile, app, STAY_MS);
  for (let i = 0; i < opens; i += 1) {
    // The other one goes first each time.
    for (const one of i % 2 === 0 ? [file, app] : [app, file]) one.times.push(await opened(profile, one));
  }
  const of = (one, name) => one.times.map((times) => times[name]);
  const line = (name) => {
    const ms = median(of(app, name));
    const floor = floorOf(of(file, name));
    return { n: opens, ms, ...floor, ratio: ms / floor.floor_ms };
  };
  return [{ what: 'shell', ...line('fcp') }, { what: 'plan', ...line('painted'), dom_ms: median(of(app, 'dom')) }];
}

/** Signs the participant in, waits until everything is kept, and puts the static file into the cache. */
async function install(profile, origin) {
  const browser = await Chromium.launch(profile);
  try {
    await browser.goto(`${origin}/`);
    await signIn(browser, CARD);
    for (const selector of PLAN) await browser.seen(selector);
    await kept(browser);
    await browser.seen('.sync-chip[data-state=shared]');
    // The app writes its rows down when nobody taps.
    await sleep(5_000);
    await browser.evaluate(putStaticFile, PLACE);
  } finally {
    await browser.close();
  }
}

/** In the page: a file with the words that the page shows, and with the headers of the app's own. */
async function putStaticFile(place) {
  const [name] = (await caches.keys()).filter((name) => name.startsWith('minvei-'));
  const cache = await caches.open(name);
  const page = await cache.match('/');
  const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const words = document.querySelector('.app').innerText.split('\n').filter((line) => line.trim() !== '');
  const lines = words.map((line) => `<p>${escaped(line)}</p>`).join('\n');
  const head = '<!doctype html><html lang="nb"><meta charset="utf-8"><title>Minvei</title>';
  const text = `${head}\n${lines}\n<p id="end">.</p></html>\n`;
  const headers = new Headers(page.headers);
  for (const name of ['content-encoding', 'content-length', 'etag']) headers.delete(name);
  headers.set('content-type', 'text/html; charset=utf-8');
  if (!(await cache.match(place))) throw new Error(`the worker does not keep ${place}`);
  await cache.put(place, new Response(text, { headers }));
}

/** Opens an address in a browser that has just been started, and stays there. */
async function opened(profile, { address, selectors }, stay = 0) {
  const browser = await Chromium.launch(profile);
  try {
    await browser.begin(watchOpening, selectors);
    await browser.goto(address);
    const times = await browser.evaluate(() => globalThis.opened);
    await sleep(stay);
    return times;
  } finally {
    await browser.close();
  }
}
