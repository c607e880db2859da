// The first visit on a slow network with a slow processor, beside one static file of as many bytes.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { median } from '../../peers/lib/figures.mjs';
import { Chromium } from '../lib/chromium.mjs';
import { demoServer } from '../lib/demo.mjs';
import { floorOf } from '../lib/drift.mjs';
import { watchOpening } from './opening.mjs';

const DOWN_BITS = 1.6e6;
const UP_BITS = 750e3;
const LATENCY_MS = 150;
const SLOWER = 4;
/** The form can be typed into and sent. */
const FORM = ['.app form.sign-in__form input', '.app form.sign-in__form button[type=submit]:not(:disabled)'];

/** What the static file has beside the shell and its filling: the headers, mostly. */
const FRAME = 300;

/** @param {import('../run.mjs').Where} where */
export async function measure({ binary, port, dir, opens }) {
  const server = await demoServer({ binary, dir, port });
  const file = await fileServer(await shellOf(server.origin));
  const [ours, floor] = [[], []];
  try {
    for (let i = 0; i < opens; i += 1) {
      ours.push(await visited(join(dir, `app-${i}`), `${server.origin}/`, FORM));
      floor.push(await visited(join(dir, `file-${i}`), `${file.origin}/${ours[i].bytes}`, ['#end']));
    }
  } finally {
    file.close();
    await server.stop();
  }
  const of = (name) => median(ours.map((one) => one[name]));
  const limit = of('bytes') * 8 / DOWN_BITS * 1_000 + LATENCY_MS;
  return [
    { what: 'first paint', n: opens, ms: of('fcp'), ...floorOf(floor.map((one) => one.fcp)) },
    {
      what: 'usable', n: opens, ms: of('dom'), painted_ms: of('painted'), bytes: of('bytes'), requests: of('requests'),
      network_ms: of('network'), byte_limit_ms: limit, ratio: of('dom') / limit,
      ...floorOf(floor.map((one) => one.dom)),
    },
  ];
}

/** Visits an address with a new profile; counts what came over the network until it was usable. */
async function visited(profile, address, selectors) {
  const browser = await Chromium.launch(profile);
  try {
    await browser.begin(watchOpening, selectors);
    await browser.send('Network.enable');
    await browser.send('Network.emulateNetworkConditions', {
      offline: false, latency: LATENCY_MS, downloadThroughput: DOWN_BITS / 8, uploadThroughput: UP_BITS / 8,
    });
    await browser.slower(SLOWER);
    const network = follow(browser);
    await browser.goto(address);
    const opened = await browser.evaluate(() => globalThis.opened);
    return { ...opened, ...network.until(opened.origin, opened.dom) };
  } finally {
    await browser.close();
  }
}

/** What comes over the network for the page; not what its service worker fetches for itself. */
function follow(browser) {
  /** Of each request its bytes so far, and when they were there. */
  const got = [];
  /** The browser's clock less the one of the machine, in seconds. */
  let apart;
  browser.on('Network.requestWillBeSent', ({ timestamp, wallTime }) => (apart ??= timestamp - wallTime));
  browser.on('Network.responseReceived', ({ requestId, timestamp, response }) =>
    got.push({ requestId, timestamp, bytes: response.encodedDataLength, isWhole: false }));
  browser.on('Network.dataReceived', ({ requestId, timestamp, encodedDataLength }) =>
    got.push({ requestId, timestamp, bytes: encodedDataLength, isWhole: false }));
  browser.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) =>
    got.push({ requestId, timestamp, bytes: encodedDataLength, isWhole: true }));
  return {
    until(origin, ms) {
      const at = (origin + ms) / 1_000 + apart;
      const sums = new Map();
      let last = 0;
      for (const { requestId, timestamp, bytes, isWhole } of got.filter((one) => one.timestamp <= at)) {
        sums.set(requestId, isWhole ? bytes : (sums.get(requestId) ?? 0) + bytes);
        last = Math.max(last, timestamp);
      }
      const bytes = [...sums.values()].reduce((sum, one) => sum + one, 0);
      return { bytes, requests: sums.size, network: (last - apart) * 1_000 - origin };
    },
  };
}

/** The page of the app with its lines of style, but without anything that is fetched or run. */
async function shellOf(origin) {
  const page = await (await fetch(`${origin}/`)).text();
  return page.replace(/<script\b[^]*?<\/script>|<link\b[^>]*>|<!--[^]*?-->/g, '');
}

/** Serves the shell of the app as one static file that is as long as its address says. */
async function fileServer(shell) {
  const server = createServer((request, response) => {
    const length = Number(request.url?.slice(1));
    if (!(length > shell.length + FRAME)) return response.writeHead(404).end();
    const filling = randomBytes(length).toString('base64').slice(0, length - shell.length - FRAME);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(shell.replace('</body>', `<!--${filling}--><p id="end">.</p></body>`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) };
}
