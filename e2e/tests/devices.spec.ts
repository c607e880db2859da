// Where somebody is signed in: she sees it, signs out on a device she does not have at hand, and on the one she has.
import { noViolations } from '../fixtures/axe.ts';
import { answered } from '../fixtures/complaints.ts';
import { entries, record } from '../fixtures/disk.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { Shell } from '../pages/shell.ts';
import { signIn, signOut, tryToSignIn } from '../pages/sign_in.ts';

test('a device that is out of reach is signed out from another, hands in what it holds, and forgets it', async ({ actor }) => {
  const [lost, desk] = [await actor('adviser'), await actor('adviser')];
  lost.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  const sheet = new AttendancePages(lost);
  // Touching the page says that somebody is there.
  const isHere = lost.page.waitForRequest('**/api/here');
  await new Shell(lost).goTo(say('nav-attendance'));
  expect((await (await isHere).response())?.status()).toBe(204);
  const [name = ''] = await sheet.openFirstMissing();
  const { pathname } = new URL(lost.page.url());
  await lost.offline();
  await sheet.choose(name, 'attendance-away');
  await expect(sheet.row(name)).toContainText(say('sync-saved-here'));

  await new Shell(desk).goTo(say('nav-more'));
  const devices = desk.page.getByRole('region', { name: say('devices-title') });
  await expect(devices.getByRole('listitem')).toHaveCount(2);
  await expect(devices.getByRole('listitem').filter({ hasText: say('devices-here') })).toHaveCount(1);
  await noViolations(desk.page);
  await devices.getByRole('button', { name: /^Logg ut: / }).click();
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  // What had the focus is gone; it is said that it is done.
  await expect(devices.getByRole('heading', { name: say('devices-title') })).toBeFocused();
  await expect(desk.page.getByRole('status').filter({ hasText: like('devices-ended') })).toBeVisible();

  // As soon as it is heard of, it hands in what she has done there, and nothing of it stays.
  await lost.online();
  await expect(lost.page.getByText(say('held-wiped'))).toBeVisible();
  // It was a colleague's, and so is the form that is shown first.
  await expect(lost.page.getByLabel(say('auth-user-name'), { exact: true })).toBeVisible();
  expect(await lost.page.evaluate(() => localStorage.getItem('minvei.session'))).toBeNull();
  await noViolations(lost.page);
  await desk.page.goto(pathname);
  await expect(new AttendancePages(desk).choice(name, 'attendance-away')).toBeChecked();
  // The sentence goes with the next who signs in.
  await signIn(lost, account('adviser'));
  await new Shell(lost).isShared();
});

test('without a network nobody knows the devices, and the page says so', async ({ actor }) => {
  const phone = await actor('participant');
  phone.page.on('request', (request) => expect(request.url(), 'her phone need not say so').not.toContain('/api/here'));
  await new Shell(phone).goTo(say('nav-me'));
  const devices = phone.page.getByRole('region', { name: say('devices-title') });
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  await phone.offline();
  await expect(devices.getByText(say('devices-offline'))).toBeVisible();
  await noViolations(phone.page);
});

test('signing out without a network tells what is lost, and then nothing is left on the device or at the server', async ({ actor, server }) => {
  const phone = await actor('teacher');
  const [sheet, shell, outbox] = [new AttendancePages(phone), new Shell(phone), new OutboxPage(phone)];
  const out = phone.page.getByRole('button', { name: say('auth-sign-out'), exact: true });
  const dialog = phone.page.getByRole('dialog', { name: say('auth-sign-out'), exact: true });
  const cookies = (await phone.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  // As somebody would who has kept her cookie.
  const asked = async () => (await fetch(`http://127.0.0.1:${server.port}/api/me`, { headers: { cookie: cookies } })).status;
  expect(await asked(), 'the control').toBe(200);
  // Loaded anew, it runs on what is kept on the device.
  await phone.page.goto('/attendance');
  const [name = ''] = await sheet.openFirstMissing();
  await shell.isShared();
  await phone.offline();
  await sheet.choose(name, 'attendance-away');
  await expect(sheet.row(name)).toContainText(say('sync-saved-here'));

  await test.step('it says how much is lost', async () => {
    await shell.goTo(say('nav-more'));
    await out.click();
    await expect(dialog).toContainText(say('more-sign-out-loses', { count: 1 }));
    await noViolations(phone.page);
  });

  await test.step('whoever wants to share first stays signed in, and loses nothing', async () => {
    await dialog.getByRole('button', { name: say('outbox-share-now'), exact: true }).click();
    await expect(dialog).toBeHidden();
    expect(await record(phone)).not.toBeNull();
    await outbox.open();
    await expect(outbox.waiting).toHaveCount(1);
  });

  await test.step('whoever signs out all the same leaves nothing on the device', async () => {
    await shell.goTo(say('nav-more'));
    expect(await entries(phone), 'the control').toBeGreaterThan(0);
    await out.click();
    await dialog.getByRole('button', { name: say('more-sign-out-anyway'), exact: true }).click();
    await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    expect(await record(phone)).toBeNull();
    expect(await entries(phone)).toBe(0);
  });

  await test.step('as soon as there is a network, her session is over at the server too', async () => {
    expect(await asked(), 'nobody could tell it').toBe(200);
    await phone.online();
    await expect.poll(asked).toBe(401);
    await expect.poll(() => phone.page.evaluate(() => localStorage.getItem('minvei.signed-out'))).toBeNull();
  });
});

test('whoever signs in while the server is still being told of a sign-out waits until it knows, and stays signed in', async ({ actor }) => {
  const phone = await actor('teacher');
  const { page } = phone;
  await phone.keepsTheApp();
  await page.goto('/more');
  await new Shell(phone).isShared();
  await phone.offline();
  await signOut(phone);

  let isTold = false;
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route('**/api/sign-out', async (route) => {
    await held;
    isTold = true;
    await route.continue();
  });
  const signIns: boolean[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/sign-in')) signIns.push(isTold);
  });
  const isBeingTold = page.waitForRequest('**/api/sign-out');
  await phone.online();
  await isBeingTold;
  await tryToSignIn(phone, account('teacher'));
  await expect(page.getByRole('button', { name: say('auth-signing-in'), exact: true })).toBeVisible();
  goOn();
  await new Shell(phone).isShared();
  expect(signIns).toEqual([true]);
  expect(await page.evaluate(async () => (await fetch('/api/me')).status)).toBe(200);
});
