// Everything that can go wrong gets a plain answer and loses nothing.
import { answered, NO_NETWORK } from '../fixtures/complaints.ts';
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import type { Device } from '../fixtures/device.ts';
import { Front } from '../fixtures/new_release.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { OrdersPage } from '../pages/orders.ts';
import { TodayPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';
import { answer, signIn, tryToSignIn } from '../pages/sign_in.ts';

const A_DAY = 24 * 60 * 60 * 1_000;
/** What the browser asks for beside an address that is no page of the app. */
const NO_ICON = answered(404, '/favicon.ico');

/** The page says what is wrong and what to do, and offers one button. */
async function isStopped({ page }: Device, trouble: string, button: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say(`storage-${trouble}-title`));
  await expect(page.getByRole('alert')).toContainText(say(`storage-${trouble}-todo`));
  await expect(page.getByRole('button', { name: button, exact: true })).toBeVisible();
  await noViolations(page);
}

test('a wrong PIN is said plainly, and after five tries one has to wait', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  phone.complaints.allow(answered(401, '/api/sign-in'), answered(429, '/api/sign-in'));
  const right = account('participant');
  await phone.page.goto('/');
  await noViolations(phone.page);
  for (let tries = 0; tries < 5; tries += 1) {
    await tryToSignIn(phone, { ...right, secret: '0000' });
    await expect(answer(phone)).toHaveText(say('auth-wrong-pin'));
  }
  await noViolations(phone.page);
  // The first wait is a second, and over before a slow machine has tried again: the next are longer.
  await expect(async () => {
    await tryToSignIn(phone, { ...right, secret: '0000' });
    await expect(answer(phone)).toHaveText(/^For mange forsøk\. Vent \d+ sekund(er)?\.$/, { timeout: 500 });
  }).toPass();
  // The right one after the wait: nothing is held against her for good.
  await expect(async () => {
    await tryToSignIn(phone, right);
    await expect(new TodayPage(phone).heading).toBeVisible({ timeout: 2_000 });
  }).toPass();
});

test('a card code is read as people write it', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  const card = account('participant');
  await phone.page.goto('/');
  await tryToSignIn(phone, { ...card, login: ` ${card.login.toLowerCase().replace(/-/g, ' ')} ` });
  await expect(new TodayPage(phone).heading).toBeVisible();
});

test('a browser that stores nothing is told to open another window', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  await phone.context.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
  });
  await phone.page.goto('/');
  await tryToSignIn(phone, account('participant'));
  await isStopped(phone, 'missing', say('action-retry'));
});

test('an old tab that meets a newer database asks to be loaded anew', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  await phone.page.goto('/sign-in');
  await phone.page.evaluate(openAs, 2);
  await tryToSignIn(phone, account('participant'));
  await isStopped(phone, 'newer', say('storage-reload'));
});

test('a tab that is open makes room for a newer build of the app', async ({ actor }) => {
  const phone = await actor('participant');
  phone.complaints.allow(NO_ICON);
  const newer = await phone.context.newPage();
  await newer.goto('/manifest.webmanifest');
  await newer.evaluate(openAs, 2);
  await isStopped(phone, 'newer', say('storage-reload'));
});

test('a database another tab holds on to is not waited for in silence', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  phone.complaints.allow(NO_ICON);
  await phone.page.goto('/sign-in');
  const other = await phone.context.newPage();
  await other.goto('/manifest.webmanifest');
  // A deletion that cannot begin while a connection stays open; everybody after it waits.
  await other.evaluate(openAs, 1);
  await other.evaluate(() => void indexedDB.deleteDatabase('minvei'));
  await tryToSignIn(phone, account('participant'));
  await isStopped(phone, 'blocked', say('action-retry'));
});

test('a device that is full says so, and what is done is kept once there is room', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  const [kitchen, shell] = [new KitchenPage(tablet), new Shell(tablet)];
  await kitchen.isOf(dayAt(server.now()));
  await tablet.page.evaluate(fill);
  await kitchen.tick('made', 'Fridalen skole').click();
  await expect(tablet.page.getByText(say('storage-full-title'))).toBeVisible();
  await noViolations(tablet.page);
  await tablet.page.evaluate(() => window.makeRoom?.());
  await kitchen.tick('made', 'Slettebakken skole').click();
  await shell.isShared();
  await tablet.reopen('/kitchen');
  for (const school of ['Fridalen skole', 'Slettebakken skole']) await kitchen.isTicked('made', school);
});

for (const [wrong, error] of [['ahead', A_DAY], ['behind', -A_DAY]] as const) {
  test(`a phone whose clock is a day ${wrong} shows the right day and the right deadlines`, async ({ actor, server }) => {
    const today = dayAt(server.now());
    const phone = await actor('participant', { clockError: error });
    await new TodayPage(phone).isOf(today);

    const [right, office] = [await actor('school'), await actor('school', { clockError: error })];
    const [expected, orders] = [new OrdersPage(right), new OrdersPage(office)];
    await expected.isOpen();
    await orders.isOpen();
    const [day = ''] = await expected.changeable(1, today);
    expect(await orders.changeable(1, today)).toEqual([day]);
    const usual = await orders.packets(day);
    await orders.type(day, usual - 3);
    await orders.receipt(day);
    await expect(expected.count(day)).toHaveValue(String(usual - 3));
  });
}

test('work goes on without the server, and what was received is there after it was killed', async ({ actor, server }) => {
  const [office, tablet] = [await actor('school'), await actor('kitchen')];
  const [orders, kitchen, shell] = [new OrdersPage(office), new KitchenPage(tablet), new Shell(tablet)];
  const today = dayAt(server.now());
  const [day = ''] = await orders.changeable(1, today);
  const usual = await orders.packets(day);
  await orders.type(day, usual - 4);
  await orders.receipt(day);

  // In the middle of whatever it is doing.
  await server.stop('SIGKILL');
  await kitchen.isOf(today);
  const school = 'Fridalen skole';
  await kitchen.tick('made', school).click();
  await expect(kitchen.school(school)).toContainText(say('sync-saved-here'));
  await expect(shell.offlineLine).toBeVisible();
  await noViolations(tablet.page);

  await server.start();
  // By itself: the longest pause between two tries is half a minute.
  await shell.isShared({ timeout: 35_000 });
  const another = new KitchenPage(await actor('kitchen'));
  await another.isTicked('made', school);
  await another.goTo(day);
  await expect(another.school('Slettebakken skole')).toContainText(String(usual - 4));
});

test('a new version waits until the person takes it', async ({ device, server }) => {
  const front = await Front.of(server.port);
  const phone = await device({ size: 'phone' }, { port: front.port, now: () => server.now() });
  await signIn(phone, account('participant'));
  await phone.keepsTheApp();
  // From the second visit on the page runs on what is kept.
  await phone.page.reload();
  front.release();
  await phone.page.reload();
  await expect(new TodayPage(phone).heading).toBeVisible();
  // Coming back to the app is when it looks for a new version; a page without a window is never away.
  await phone.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const take = phone.page.getByRole('button', { name: say('update-take') });
  await expect(take).toBeVisible();
  await noViolations(phone.page);
  await take.click();
  await expect(take).toBeHidden();
  await expect(new TodayPage(phone).heading).toBeVisible();
  await phone.keepsTheApp();
  phone.complaints.allow(NO_NETWORK);
  front.close();
});

declare global {
  interface Window {
    makeRoom?: () => void;
  }
}

/** From now on the database takes nothing more. A browser's own limit cannot be set low enough. */
function fill(): void {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException('there is no room', 'QuotaExceededError');
  };
  window.makeRoom = () => {
    IDBObjectStore.prototype.put = put;
  };
}

/** Opens the app's database as `version`, as a build of that version would, and holds on to it. */
function openAs(version: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('minvei', version);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error('it does not open'));
  });
}
