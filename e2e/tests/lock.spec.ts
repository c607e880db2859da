// The closed screen: a phone that is lent, a computer that is left open, a PIN that is forgotten.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import { answered, NO_SOCKET } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { entries, inTheOpen, keyFor, record } from '../fixtures/disk.ts';
import { Front } from '../fixtures/new_release.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { TodayPage } from '../pages/participant.ts';
import { PeoplePages } from '../pages/people.ts';
import { Shell } from '../pages/shell.ts';
import { answer, LockScreen, signIn, tryToSignIn } from '../pages/sign_in.ts';

const FIVE_MINUTES = '05:06';
const HALF_AN_HOUR = '30:06';
/** Ten seconds less than a phone stays open, and what then makes it five minutes. */
const [ALMOST, THE_REST] = ['04:50', '00:12'];
/** The longest pause between two tries to share. */
const IN_THE_END = { timeout: 35_000 };

test('a phone that nobody has touched for five minutes closes, and her PIN opens it where she was', async ({ actor, server }) => {
  const phone = await actor('participant');
  const [today, lock] = [new TodayPage(phone), new LockScreen(phone)];
  await today.isOf(dayAt(server.now()));
  const title = await phone.page.title();
  await phone.offline();

  await test.step('ten seconds before that it is still open', async () => {
    await touch(phone);
    await phone.context.clock.fastForward(ALMOST);
    await expect(today.heading).toBeVisible();
    await expect(lock.heading).toBeHidden();
  });

  await test.step('it closes without a network too, with nothing of hers to be seen', async () => {
    await phone.context.clock.fastForward(THE_REST);
    await expect(lock.heading).toBeVisible();
    await expect(today.heading).toBeHidden();
    await expect(phone.page).toHaveTitle(like('auth-locked'));
    await expect(lock.secret).toBeFocused();
    await noViolations(phone.page);
  });

  await test.step('nothing typed is told in our own words, and is no try', async () => {
    await lock.type('');
    await expect(answer(phone)).toHaveText(say('reject-empty', { field: say('auth-pin') }));
    await expect(lock.secret).toBeFocused();
    await noViolations(phone.page);
  });

  await test.step('a wrong PIN opens nothing, and says how often it can be tried', async () => {
    await lock.type('1357');
    await expect(answer(phone)).toContainText(say('lock-wrong-pin', { count: 4 }));
    await expect(lock.secret).toBeFocused();
    await noViolations(phone.page);
  });

  await test.step('hers opens it', async () => {
    await lock.open(secretOf(phone));
    await expect(today.heading).toBeVisible();
    await expect(phone.page).toHaveTitle(title);
  });

  await test.step('whoever goes on using it is not asked', async () => {
    for (let minute = 0; minute < 6; minute += 1) {
      await phone.context.clock.fastForward('01:00');
      await phone.page.mouse.wheel(0, 10);
    }
    await expect(lock.heading).toBeHidden();
  });

  await test.step('opened anew without a network, it asks', async () => {
    await phone.page.reload();
    await expect(lock.heading).toBeVisible();
    await lock.open(secretOf(phone));
    await expect(today.heading).toBeVisible();
  });

  await test.step('with a network, a page that is loaded anew at once does not', async () => {
    await phone.online();
    await phone.page.reload();
    await expect(today.heading).toBeVisible();
    await expect(lock.heading).toBeHidden();
  });
});

test('five wrong PINs throw away what opens the phone, and nothing else', async ({ device, server }) => {
  const front = await Front.of(server.port);
  const phone = await device({ size: 'phone' }, { port: front.port, now: () => server.now() });
  phone.complaints.allow(NO_SOCKET);
  const [today, shell, hers] = [new TodayPage(phone), new Shell(phone), account('participant')];
  await signIn(phone, hers);
  await phone.keepsTheApp();
  await today.isOf(dayAt(server.now()));
  await shell.isShared();
  await expect(phone.page.getByRole('article').first()).toBeVisible();
  const [titles, key, before] = [await today.titles(), await keyFor(phone), await record(phone)];
  expect(key).toMatch(/^[\w+/]{43}=$/);
  expect(before?.wrapped).toBeDefined();
  expect(await inTheOpen(phone)).not.toContain(key);

  await phone.offline();
  await phone.page.reload();
  await expect(new LockScreen(phone).heading).toBeVisible();
  const kept = await entries(phone);
  expect(kept).toBeGreaterThan(0);
  await new LockScreen(phone).shutOut('1357', 'lock-wrong-pin');
  const after = await record(phone);
  expect(after?.client).toBe(before?.client);
  expect(after?.wrapped).toBeUndefined();
  expect(await entries(phone)).toBe(kept);

  await test.step('the server opens it, and what it held is there without being sent anew', async () => {
    front.cutApi('/api/sync');
    front.asked = [];
    await phone.online();
    await tryToSignIn(phone, hers);
    await expect.poll(() => today.titles()).toEqual(titles);
    expect((await record(phone))?.client).toBe(before?.client);
    expect(await keyFor(phone)).toBe(key);
    expect(await inTheOpen(phone)).not.toContain(key);
    await expect.poll(() => front.asked, 'it has asked in vain').toContain('/api/sync');
    expect(await today.titles()).toEqual(titles);
  });
  front.close();
});

test('five wrong tries close the device until the server opens it, and what was not shared is still there', async ({ device, server }) => {
  const front = await Front.of(server.port);
  const phone = await device({ size: 'phone' }, { port: front.port, now: () => server.now() });
  phone.complaints.allow(NO_SOCKET);
  const [sheet, shell, hers] = [new AttendancePages(phone), new Shell(phone), account('teacher')];
  await signIn(phone, hers);
  await phone.keepsTheApp();
  await phone.page.goto('/attendance');
  await sheet.openFirstMissing();
  const [name = ''] = await sheet.names();
  await phone.offline();
  await sheet.choose(name, 'attendance-away');
  await expect(phone.page.getByText(say('sync-saved-here'), { exact: true })).toBeVisible();
  await phone.page.reload();
  await expect(new LockScreen(phone).heading).toBeVisible();
  const kept = await entries(phone);
  await new LockScreen(phone).shutOut('wrong', 'lock-wrong-password');
  await noViolations(phone.page);
  await phone.page.reload();
  await expect(phone.page.getByText(say('lock-shut'))).toBeVisible();
  expect((await record(phone))?.wrapped).toBeUndefined();
  expect(await entries(phone)).toBe(kept);

  await test.step('nor does her session at the server open anything', async () => {
    await phone.online();
    await phone.page.reload();
    await expect(phone.page.getByText(say('lock-shut'))).toBeVisible();
  });

  await test.step('what waited still waits when she comes in', async () => {
    front.cutApi('/api/sync');
    await tryToSignIn(phone, hers);
    await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
    const chip = like('sync-chip-offline-count', { count: 1 });
    await expect(phone.page.getByRole('banner').getByRole('link', { name: chip })).toBeVisible();
  });

  await test.step('and is shared', async () => {
    front.mendApi();
    await shell.isShared(IN_THE_END);
    await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
  });
  front.close();
});

test('her password opens the screen and goes on with a session that was over, and what waits is shared', async ({ actor, server }) => {
  const phone = await actor('teacher');
  const [sheet, lock, shell] = [new AttendancePages(phone), new LockScreen(phone), new Shell(phone)];
  phone.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  const [name = ''] = await sheet.openFirstMissing();
  await shell.isShared();
  const { pathname } = new URL(phone.page.url());
  await phone.offline();
  await sheet.choose(name, 'attendance-away');
  await expect(sheet.row(name)).toContainText(say('sync-saved-here'));

  await test.step('half an hour later the screen is closed, and her session is over at the server', async () => {
    await phone.context.clock.fastForward(HALF_AN_HOUR);
    await expect(lock.heading).toBeVisible();
    await server.stop();
    await server.start(new Date(server.now().getTime() + 31 * 60_000));
    const over = phone.page.waitForResponse((said) => said.url().endsWith('/api/sync') && said.status() === 401);
    await phone.online();
    await over;
    await expect(lock.heading).toBeVisible();
  });

  await test.step('she types her password once', async () => {
    await lock.open(secretOf(phone));
    await shell.isShared(IN_THE_END);
    await expect(phone.page.getByText(say('auth-again'))).toBeHidden();
    expect(new URL(phone.page.url()).pathname).toBe(pathname);
    await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
  });

  const other = await actor('teacher');
  await other.page.goto(pathname);
  await expect(new AttendancePages(other).choice(name, 'attendance-away')).toBeChecked();
});

test('what is half-written stays behind the closed screen, and is there when it opens', async ({ actor }) => {
  const desk = await actor('adviser');
  const lock = new LockScreen(desk);
  await desk.page.goto('/people/new');
  const field = desk.page.getByLabel(say('adviser-first-name'));
  await field.fill('Selam');
  await desk.context.clock.fastForward(HALF_AN_HOUR);
  await expect(lock.heading).toBeVisible();
  await expect(field).toBeHidden();
  await expect(desk.page.locator('input:visible')).toHaveCount(1);
  await lock.open(secretOf(desk));
  await expect(field).toHaveValue('Selam');
});

test('what is half-written stays when she has to sign in again, over the page or from behind the closed screen', async ({ actor }) => {
  const desk = await actor('adviser');
  desk.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  const [lock, shell] = [new LockScreen(desk), new Shell(desk)];
  await desk.page.goto('/people/new');
  const field = desk.page.getByLabel(say('adviser-first-name'));
  await field.fill('Selam');
  const title = await desk.page.title();

  await test.step('her session is over while she writes: she signs in over the page', async () => {
    // To the server she is nobody from now on.
    await desk.context.clearCookies();
    await desk.offline();
    await desk.online();
    await expect(desk.page.getByText(say('auth-again'))).toBeVisible();
    await desk.page.getByRole('link', { name: say('auth-sign-in') }).click();
    await expect(desk.page.getByRole('heading', { level: 1, name: say('auth-title'), exact: true })).toBeVisible();
    await expect(field).toBeHidden();
    await noViolations(desk.page);
    await desk.page.getByRole('button', { name: say('action-back'), exact: true }).click();
    await expect(field).toHaveValue('Selam');
    await expect(desk.page).toHaveTitle(title);
    await desk.page.getByRole('link', { name: say('auth-sign-in') }).click();
    await desk.page.getByLabel(say('auth-user-name'), { exact: true }).fill(desk.user?.login ?? '');
    await desk.page.getByLabel(say('auth-password'), { exact: true }).fill(secretOf(desk));
    await desk.page.getByRole('button', { name: say('auth-sign-in'), exact: true }).click();
    await expect(field).toBeVisible();
    await expect(field).toHaveValue('Selam');
    await expect(desk.page).toHaveURL(/\/people\/new$/);
    await expect(desk.page.getByText(say('auth-again'))).toBeHidden();
  });

  await test.step('it is over behind the closed screen: what opens the screen signs her in', async () => {
    await desk.context.clearCookies();
    await desk.context.clock.fastForward(HALF_AN_HOUR);
    await lock.open(secretOf(desk));
    await expect(field).toHaveValue('Selam');
    await desk.page.getByRole('button', { name: say('people-register-now'), exact: true }).click();
    await expect(desk.page.getByRole('heading', { level: 1 })).toContainText('Selam');
    await shell.isShared();
  });

  await test.step('she has forgotten it: the server lets her in, over the page', async () => {
    await desk.page.goto('/people/new');
    await field.fill('Hiwot');
    await desk.context.clock.fastForward(HALF_AN_HOUR);
    await desk.page.getByRole('button', { name: say('lock-forgotten-password'), exact: true }).click();
    await desk.page.getByLabel(say('auth-user-name'), { exact: true }).fill(desk.user?.login ?? '');
    await desk.page.getByLabel(say('auth-password'), { exact: true }).fill(secretOf(desk));
    await desk.page.getByRole('button', { name: say('auth-sign-in'), exact: true }).click();
    await expect(field).toBeVisible();
    await expect(field).toHaveValue('Hiwot');
  });
});

test('what is half-written outlives the end of her device, if she signs in anew before five minutes are over', async ({ actor }) => {
  const [desk, other] = [await actor('adviser'), await actor('adviser')];
  desk.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  const field = desk.page.getByLabel(say('adviser-first-name'));
  const endFromElsewhere = async () => {
    await other.page.goto('/more');
    const devices = other.page.getByRole('region', { name: say('devices-title') });
    await devices.getByRole('button', { name: /^Logg ut: / }).click();
    await expect(devices.getByRole('listitem')).toHaveCount(1);
    await expect(desk.page.getByText(say('auth-again'))).toBeVisible(IN_THE_END);
  };
  await desk.page.goto('/people/new');
  await field.fill('Selam');

  await test.step('she signs in over the page, goes on, and nothing is wiped', async () => {
    await endFromElsewhere();
    await desk.page.getByRole('link', { name: say('auth-sign-in') }).click();
    await desk.page.getByLabel(say('auth-user-name'), { exact: true }).fill(desk.user?.login ?? '');
    await desk.page.getByLabel(say('auth-password'), { exact: true }).fill(secretOf(desk));
    await desk.page.getByRole('button', { name: say('auth-sign-in'), exact: true }).click();
    await expect(field).toHaveValue('Selam');
    await desk.page.getByRole('button', { name: say('people-register-now'), exact: true }).click();
    await expect(desk.page.getByRole('heading', { level: 1 })).toContainText('Selam');
    await new Shell(desk).isShared(IN_THE_END);
  });

  await test.step('if she does not, it is wiped, and says that something is not saved', async () => {
    await desk.page.goto('/people/new');
    await field.fill('Hiwot');
    await endFromElsewhere();
    await expect(field).toHaveValue('Hiwot');
    await desk.context.clock.fastForward(FIVE_MINUTES);
    await expect(desk.page.getByText(say('held-wiped-late'))).toBeVisible(IN_THE_END);
    expect(await record(desk)).toBeNull();
    expect(await entries(desk)).toBe(0);
    await noViolations(desk.page);
  });
});

test('all tabs close, and what opens one opens the others', async ({ actor }) => {
  const desk = await actor('adviser');
  const second = { page: await desk.context.newPage() };
  await second.page.goto('/people');
  await expect(second.page.getByRole('heading', { level: 1 })).toBeVisible();
  const locks = [new LockScreen(desk), new LockScreen(second)];
  for (const lock of locks) await expect(lock.heading).toBeHidden();
  await desk.context.clock.fastForward(HALF_AN_HOUR);
  for (const lock of locks) await expect(lock.heading).toBeVisible();
  await locks[1]?.open(secretOf(desk));
  for (const lock of locks) await expect(lock.heading).toBeHidden();
});

test('a new card from the desk opens the phone again, and nothing that lies there is lost', async ({ actor }) => {
  const [phone, desk, second] = [await actor('participant'), await actor('adviser'), await actor('participant')];
  const [today, lock, hers] = [new TodayPage(phone), new LockScreen(phone), account('participant')];
  for (const one of [phone, second]) one.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  await new Shell(phone).isShared();
  await expect(phone.page.getByRole('article').first()).toBeVisible();
  const [titles, before] = [await today.titles(), await record(phone)];
  await phone.offline();
  await phone.page.reload();
  await expect(lock.heading).toBeVisible();
  const kept = await entries(phone);

  // The code stands on the old card too.
  await desk.page.getByRole('link', { name: hers.name, exact: true }).click();
  const card = await new PeoplePages(desk).makeCard('Amina');
  expect(card.login).toBe(hers.login);

  await test.step('another phone of hers, on which the app is open, hands in what it holds and begins anew', async () => {
    await expect(second.page.getByText(say('held-wiped'))).toBeVisible({ timeout: 30_000 });
    expect(await record(second)).toBeNull();
    expect(await entries(second)).toBe(0);
    await tryToSignIn(second, card);
    await expect(new TodayPage(second).heading).toBeVisible();
  });

  await test.step('the phone that lay closed does not know the new PIN, and says where to go', async () => {
    await phone.online();
    await lock.type(card.secret);
    await expect(answer(phone)).toContainText(say('lock-wrong-pin', { count: 4 }));
    await noViolations(phone.page);
    expect(await entries(phone)).toBe(kept);
    await phone.page.getByRole('button', { name: say('lock-forgotten-pin'), exact: true }).click();
  });

  await test.step('the old one lets nobody in, the new one does, and all is there', async () => {
    await tryToSignIn(phone, hers);
    await expect(answer(phone)).toContainText(say('auth-wrong-pin'));
    await tryToSignIn(phone, card);
    await expect(today.heading).toBeVisible();
    expect((await record(phone))?.client).toBe(before?.client);
    await expect.poll(() => today.titles()).toEqual(titles);
    await new Shell(phone).isShared();
  });

  await test.step('from now on it opens it without a network too', async () => {
    await phone.offline();
    await phone.page.reload();
    await lock.open(card.secret);
    await expect.poll(() => today.titles()).toEqual(titles);
  });
});

test('whoever has forgotten her PIN signs in with her card, and somebody else takes away what lies there', async ({ actor, device }) => {
  const phone = await actor('participant');
  const lock = new LockScreen(phone);
  await phone.context.clock.fastForward(FIVE_MINUTES);

  await test.step('she signs in with card and PIN instead', async () => {
    await phone.page.getByRole('button', { name: say('lock-forgotten-pin'), exact: true }).click();
    await tryToSignIn(phone, account('participant'));
    await expect(new TodayPage(phone).heading).toBeVisible();
  });

  await test.step('somebody else is told what is lost, and signs in', async () => {
    await phone.context.clock.fastForward(FIVE_MINUTES);
    await phone.page.reload();
    await expect(lock.heading).toBeVisible();
    await phone.page.getByRole('button', { name: say('lock-other'), exact: true }).click();
    const dialog = phone.page.getByRole('dialog', { name: say('lock-other') });
    await expect(dialog).toContainText(say('lock-other-lead'));
    await noViolations(phone.page);
    await dialog.getByRole('button', { name: say('lock-take-away'), exact: true }).click();
    await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    await signIn(phone, account('participant', 1));
    await expect(new TodayPage(phone).heading).toBeVisible();
  });

  // A device of her own is not touched by that.
  const other = await device({ size: 'phone' });
  other.complaints.allow(answered(401, '/api/'));
  await signIn(other, account('participant'));
});

/** Touches the device, and waits until it has noted that: it does so every five seconds at the most. */
async function touch(phone: Device): Promise<void> {
  const seen = () => phone.page.evaluate(() => Number(localStorage.getItem('minvei.seen')));
  const before = await seen();
  await phone.context.clock.fastForward('00:06');
  await phone.page.mouse.wheel(0, 10);
  await expect.poll(seen).toBeGreaterThan(before);
}

function secretOf({ user }: Device): string {
  if (!user) throw new Error('nobody has signed in');
  return user.secret;
}
