// What a person does in the app before anything is measured. What is said to be in the page runs there.

const PATIENCE_MS = 60_000;

/**
 * Fills the sign-in form and sends it.
 * @param {import('./chromium.mjs').Chromium} browser
 * @param {Record<string, string>} fields
 */
export async function signIn(browser, fields) {
  await browser.seen('form.sign-in__form button[type=submit]');
  await browser.evaluate(fillAndSend, fields);
  await browser.seen('.app > .nav');
}

/** In the page. */
function fillAndSend(fields) {
  const form = document.querySelector('form.sign-in__form');
  for (const [name, text] of Object.entries(fields)) {
    const field = form.querySelector(`[name=${name}]`);
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  form.requestSubmit();
}

/** Done when the worker of the app has kept all its files. */
export function kept(browser) {
  return browser.evaluate(async () => void (await navigator.serviceWorker.ready));
}

/**
 * Counts the rows that a new install is sent. `filled` is done when no more are to come.
 * @param {import('./chromium.mjs').Chromium} browser
 */
export async function countRows(browser) {
  await browser.send('Network.enable', { maxTotalBufferSize: 64e6, maxResourceBufferSize: 32e6 });
  const syncs = new Set();
  let rows = 0;
  let over;
  const filled = new Promise((resolve, reject) => {
    over = { resolve, reject };
    setTimeout(() => reject(new Error('the rows do not come')), PATIENCE_MS).unref();
  });
  browser.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (new URL(request.url).pathname === '/api/sync') syncs.add(requestId);
  });
  browser.on('Network.loadingFinished', ({ requestId }) => {
    if (!syncs.delete(requestId)) return;
    browser.send('Network.getResponseBody', { requestId }).then(({ body }) => {
      const { patch } = JSON.parse(body);
      rows += patch?.rows?.length ?? 0;
      if (rows > 0 && patch?.more !== true) over.resolve();
    }).catch(over.reject);
  });
  return { filled, rows: () => rows, end: () => browser.send('Network.disable') };
}
