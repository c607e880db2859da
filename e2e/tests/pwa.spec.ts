// The app is installable, opens at every address without a network, and asks nobody but its server.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, daysFrom, isoWeekday } from '../fixtures/calendar.ts';
import { answered } from '../fixtures/complaints.ts';
import { account, expect, test, type Role } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { TodayPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';
import { tryToSignIn } from '../pages/sign_in.ts';

test('the manifest names icons that are there, in the sizes it says', async ({ device }) => {
  const { page } = await device();
  await page.goto('/sign-in');
  const manifest = await (await page.request.get('/manifest.webmanifest')).json() as Manifest;
  expect(manifest).toMatchObject({ name: 'Minvei', start_url: '/', scope: '/', display: 'standalone' });
  const sizes = new Set(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`));
  for (const needed of ['192x192 any', '512x512 any', '512x512 maskable']) expect(sizes).toContain(needed);
  for (const icon of manifest.icons) {
    const answer = await page.request.get(icon.src);
    expect(answer.status(), icon.src).toBe(200);
    expect(answer.headers()['content-type'], icon.src).toContain(icon.type);
    if (icon.type === 'image/png') expect(pngSize(await answer.body()), icon.src).toBe(icon.sizes);
  }
});

test('every answer forbids what the app does not do', async ({ device }) => {
  const { page } = await device();
  for (const path of ['/', '/week', '/sw.js', '/api/nothing', '/healthz', '/openapi.json', '/api-docs/']) {
    const answer = await page.request.get(path);
    const policy = answer.headers()['content-security-policy'] ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*|https?:/);
    expect(answer.headers()['x-content-type-options'], path).toBe('nosniff');
  }
  expect((await page.request.get('/api/nothing')).status()).toBe(404);
});

test('what is hashed is kept for ever, the page and the worker are asked for again', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  const kinds = new Map<string, string>();
  phone.page.on('response', (response) => {
    kinds.set(new URL(response.url()).pathname, response.headers()['cache-control'] ?? '');
  });
  await phone.page.goto('/sign-in');
  await phone.keepsTheApp();
  const wasm = [...kinds].filter(([path]) => path.endsWith('.wasm'));
  expect(wasm.length).toBeGreaterThan(0);
  for (const [path, header] of wasm) expect(header, path).toContain('immutable');
  for (const path of ['/', '/sw.js']) {
    const header = (await phone.page.request.get(path)).headers()['cache-control'];
    expect(header, path).toMatch(/no-cache|no-store/);
  }
});

const ROUTES: Partial<Record<Role, readonly string[]>> = {
  participant: ['/', '/today', '/week', '/week/MONDAY', '/outbox', '/more'],
  school: ['/', '/orders', '/outbox', '/more'],
  kitchen: ['/', '/kitchen', '/kitchen/TODAY', '/kitchen/TODAY/sheet', '/outbox', '/more'],
  adviser: ['/', '/people', '/people/new', '/plan', '/plan/MONDAY', '/attendance', '/outbox', '/more'],
  teacher: ['/', '/attendance', '/plan', '/more'],
};

for (const [role, routes] of Object.entries(ROUTES)) {
  test(`every page of the ${role} opens without a network after the first visit`, async ({ actor, server }) => {
    // Dark, since the journeys are light: each page is looked at in both.
    const device = await actor(role as Role, { colorScheme: 'dark' });
    const elsewhere = new Set<string>();
    device.context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== device.origin) elsewhere.add(request.url());
    });
    const today = dayAt(server.now());
    const monday = daysFrom(today, 1 - isoWeekday(today));
    await new Shell(device).isSettled();
    await device.offline();
    for (const route of routes) {
      await device.reopen(route.replace('TODAY', today).replace('MONDAY', monday));
      const heading = device.page.getByRole('main').getByRole('heading', { level: 1 });
      await expect(heading).toBeAttached();
      await expect(heading).not.toHaveText(say('auth-title'));
      await expect(new Shell(device).offlineLine).toBeVisible();
      await noViolations(device.page);
    }
    expect([...elsewhere], 'requests to others').toEqual([]);
  });
}

test('pages whose part of the app did not come are asked for again', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  const part = '**/split_participant-*.wasm';
  phone.complaints.allow(/net::ERR_FAILED/, /TypeError: Failed to fetch/);
  await phone.page.route(part, (route) => route.abort());
  await phone.page.goto('/');
  await tryToSignIn(phone, account('participant'));
  await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText(say('app-part-missing-title'));
  await noViolations(phone.page);
  await phone.page.unroute(part);
  await phone.page.getByRole('button', { name: say('action-retry') }).click();
  await expect(new TodayPage(phone).heading).toBeVisible();
});

test('an address that is not there says so', async ({ actor }) => {
  const phone = await actor('participant');
  phone.complaints.allow(answered(404, '/nowhere'));
  await phone.page.goto('/nowhere');
  await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText(say('app-not-found-title'));
  await noViolations(phone.page);
});

interface Manifest {
  readonly icons: readonly { src: string; sizes: string; type: string; purpose: string }[];
}

/** Width and height stand at fixed places of a PNG's first chunk (ISO/IEC 15948, 11.2.1). */
function pngSize(file: Buffer): string {
  return `${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`;
}
