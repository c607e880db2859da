// The page that describes the server's addresses: it lives with the strict content policy, asks nobody else, is no page
// of the app, and what is tried out there is answered.
import { expect, test } from '../fixtures/test.ts';

test('an address is read about and tried out, and nobody else is asked', async ({ actor }) => {
  // With the app kept on the device: its service worker must leave this page alone.
  const desk = await actor('adviser');
  const elsewhere = new Set<string>();
  desk.context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== desk.origin) elsewhere.add(request.url());
  });
  await desk.page.goto('/api-docs/');
  const operation = desk.page.locator('#operations-session-me');
  await operation.getByRole('button').first().click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table')).toContainText('"role": "adviser"');
  expect([...elsewhere], 'requests to others').toEqual([]);
});

test('no file of the page is kept on the device', async ({ actor }) => {
  const phone = await actor('participant');
  await phone.page.goto('/api-docs/');
  const kept = await phone.page.evaluate(async () => {
    const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => path.startsWith('/api-docs') || path.startsWith('/openapi'))).toEqual([]);
});
