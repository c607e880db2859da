// The service worker: keeps one whole release of the app on the device, so that every page opens
// without a network. It never touches /api, holds nothing personal, and knows nothing of the app.
//
// Promises:
// - A release is kept whole or not at all. Each file is checked against the hash it had when the
//   release was built; a half-deployed server makes the installation fail, the old release goes on
//   working and the browser tries again at the next visit.
// - A new release waits until the app says so ({ type: "SKIP_WAITING" } to registration.waiting);
//   the app asks the person first, and never while anything is unsaved.
// - Kept answers are given back as they are, so that the browser's compiled wasm is found again.
//
// Kill switch: the server sends this file with `no-cache` and browsers look for a new one at least
// once a day. To call a release back, release this in its place; it gives every page to the network, an
// open page at its next visit at the latest:
//   self.addEventListener("install", () => self.skipWaiting());
//   self.addEventListener("activate", (event) => event.waitUntil((async () => {
//     for (const name of await caches.keys()) if (name.startsWith("minvei-")) await caches.delete(name);
//     await self.registration.unregister();
//     for (const page of await self.clients.matchAll({ type: "window" })) page.navigate(page.url);
//   })()));
// It leaves IndexedDB alone: what is saved there and not yet shared is never lost.

// Filled in by app/build/finish.mjs: [path, SHA-256 of the content].
const RELEASE = "unfinished";
const FILES = [];

const CACHE = `minvei-${RELEASE}`;
const KEPT = new Map(FILES);
// Pages that are the server's own. Every other address is a route of the app.
const SERVER = /^\/(?:api|api-docs|healthz|readyz|metrics|openapi)(?:[/.]|$)/;

self.addEventListener("install", (event) => {
  // Requests to the server need not wake this worker.
  if (event.addRoutes) {
    const network = { condition: { urlPattern: { pathname: "/api/*" } }, source: "network" };
    event.waitUntil(event.addRoutes([network]).catch(() => {}));
  }
  event.waitUntil(keepRelease());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOtherReleases());
});

self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "SKIP_WAITING") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || SERVER.test(url.pathname)) return;
  if (KEPT.has(url.pathname)) {
    event.respondWith(kept(url.pathname, request));
  } else if (request.mode === "navigate" && !url.pathname.includes(".")) {
    event.respondWith(kept("/", request));
  }
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) || fetch(request);
}

async function keepRelease() {
  await caches.delete(CACHE); // the remains of an interrupted attempt
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(FILES.map(([path, hash]) => keepFile(cache, path, hash)));
  } catch (fault) {
    await caches.delete(CACHE);
    throw fault;
  }
}

async function keepFile(cache, path, hash) {
  for (const find of [fromReleaseBefore, fromBrowserCache, fromServer]) {
    const response = await find(path);
    if (response && response.ok && (await sha256(response.clone())) === hash) return cache.put(path, response);
  }
  throw new Error(`${path} is not of release ${RELEASE}`);
}

// The hash decides, so what the device already has need not be fetched again: an unchanged file, or
// the wasm the first visit has just loaded. The page itself is always fetched: its headers may be new.
const fromReleaseBefore = (path) => (path === "/" ? undefined : caches.match(path));
const fromBrowserCache = (path) => (path === "/" ? undefined : fetch(path, { cache: "default", redirect: "error" }));
const fromServer = (path) => fetch(path, { cache: "reload", redirect: "error" });

async function sha256(response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function forgetOtherReleases() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("minvei-") && name !== CACHE).map((name) => caches.delete(name)));
}
