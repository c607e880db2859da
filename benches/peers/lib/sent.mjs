// What a page sends: its requests, and what it says on its sockets.
import { sum } from './figures.mjs';

/** A frame of bytes, and none of text: told in base64. */
const BINARY = 2;

/**
 * Counts from now on. What is returned tells how many requests and frames there were, and their bytes: bodies, compressed
 * if the page does that (`encoding`), and frames as the page gives them; first lines and headers as HTTP/1.1 sends
 * them. The opening of a socket is not counted. No answer is waited for: it may take as long as it likes.
 * @param {import('playwright-core').Page} page
 */
export async function countSent(page) {
  const session = await page.context().newCDPSession(page);
  /** @type {Map<string, {first: string, headers: Record<string, string>}>} */
  const requests = new Map();
  /** @type {Map<string, Record<string, string>>} what was really sent; it may be told before the request is */
  const headers = new Map();
  /** The bytes of each frame. */
  const frames = [];
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { pathname, search } = new URL(request.url);
    requests.set(requestId, { first: `${request.method} ${pathname}${search} HTTP/1.1`, headers: request.headers });
  });
  session.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers: sent }) => headers.set(requestId, sent));
  session.on('Network.webSocketFrameSent', ({ response: { opcode, payloadData } }) =>
    frames.push(Buffer.byteLength(payloadData, opcode === BINARY ? 'base64' : 'utf8')));
  await session.send('Network.enable');
  return async () => {
    await session.detach();
    const sent = [...requests].map(([id, request]) => sizeOf(request.first, headers.get(id) ?? request.headers));
    const encodings = new Set(sent.filter(({ body }) => body > 0).map(({ encoding }) => encoding));
    return {
      requests: sent.length, frames: frames.length, body_bytes: sum(sent.map(({ body }) => body)) + sum(frames),
      header_bytes: sum(sent.map(({ head }) => head)), encoding: [...encodings].join(', '),
    };
  };
}

function sizeOf(first, headers) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const known = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    head: Buffer.byteLength([first, ...lines, '', ''].join('\r\n')),
    body: Number(known.get('content-length') ?? 0),
    encoding: known.get('content-encoding') ?? 'none',
  };
}
