// The closed screen: a phone that is lent, a computer that is left open, a profile that is copied.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noViolations } from '../fixtures/axe.ts';
import { OwnBrowser } from '../fixtures/browser.ts';
import { dayAt } from '../fixtures/calendar.ts';
import { answered } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { found } from '../fixtures/profile.ts';
import { accounts } from '../fixtures/server.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { TodayPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';
import { answer, LockScreen, signIn, signOut, tryToSignIn } from '../pages/sign_in.ts';

const FIVE_MINUTES = '05:06';
const HALF_AN_HOUR = '30:06';

test('a phone that nobody has touched for five minutes closes, and her PIN opens it where she was', async ({ actor, server }) => {
  const phone = await actor('participant');
  const [today, lock] = [new TodayPage(phone), new LockScreen(phone)];
  await today.isOf(dayAt(server.now()));
  const title = await phone.page.title();
  await phone.offline();

  await test.step('it closes without a network too, with nothing of hers to be seen', async () => {
    await phone.context.clock.fastForward(FIVE_MINUTES);
    await expect(lock.heading).toBeVisible();
    await expect(today.heading).toBeHidden();
    await expect(phone.page).toHaveTitle(like('auth-locked'));
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

test('five wrong tries close the device until the server opens it, and what was not shared is still there', async ({ actor }) => {
  const phone = await actor('teacher');
  const [sheet, lock, shell] = [new AttendancePages(phone), new LockScreen(phone), new Shell(phone)];
  await phone.page.goto('/attendance');
  await sheet.openFirstMissing();
  const [name = ''] = await sheet.names();
  await phone.offline();
  await sheet.choose(name, 'attendance-away');
  await expect(phone.page.getByText(say('sync-saved-here'), { exact: true })).toBeVisible();
  await phone.page.reload();
  for (let left = 4; left > 0; left -= 1) {
    await lock.type('wrong');
    await expect(answer(phone)).toContainText(say('lock-wrong-password', { count: left }));
  }
  await lock.type('wrong');
  await expect(phone.page.getByText(say('lock-shut'))).toBeVisible();
  await noViolations(phone.page);
  await phone.page.reload();
  await expect(phone.page.getByText(say('lock-shut'))).toBeVisible();

  // Her session goes on at the server, and opens nothing to whoever has tried.
  await phone.online();
  await phone.page.reload();
  await expect(phone.page.getByText(say('lock-shut'))).toBeVisible();
  await tryToSignIn(phone, account('teacher'));
  await shell.isShared();
  await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
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
    await expect(field).toHaveValue('Selam');
    await expect(desk.page).toHaveURL(/\/people\/new$/);
    await expect(desk.page.getByText(say('auth-again'))).toBeHidden();
  });

  await test.step('it is over behind the closed screen: what opens the screen signs her in', async () => {
    await desk.context.clearCookies();
    await desk.context.clock.fastForward(HALF_AN_HOUR);
    await lock.open(secretOf(desk));
    await expect(field).toHaveValue('Selam');
    await desk.page.getByRole('button', { name: say('adviser-register'), exact: true }).click();
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
    await expect(field).toHaveValue('Hiwot');
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

test('a new PIN from the desk opens the phone again, and somebody else takes away what lies there', async ({ actor, device }) => {
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

test('nobody finds in the files of the browser whom it was about, neither closed nor signed out', async ({ server }) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'minvei-profile-'));
  const origin = `http://127.0.0.1:${server.port}`;
  const { secret, name } = account('adviser');
  // Whoever takes part, and who has looked at them. Her user name is in the browser's own list of passwords.
  const secrets = [...accounts().filter(({ role }) => role === 'participant').map((one) => one.name.split(' ')[0] ?? ''), name];
  try {
    await test.step('a name that lies open there is found', async () => {
      const browser = await OwnBrowser.on(folder);
      await browser.page.goto(origin);
      await browser.page.evaluate((planted) => localStorage.setItem('planted', planted), name);
      await browser.close();
      expect(found(folder, secrets)).toContain(name);
      rmSync(folder, { recursive: true, force: true });
    });

    await test.step('after she has worked there, and the screen has closed', async () => {
      const browser = await OwnBrowser.on(folder);
      const { page } = browser;
      await page.goto(`${origin}/sign-in`);
      await tryToSignIn({ page }, account('adviser'));
      await new Shell({ page }).isShared();
      await page.goto(`${origin}/people`);
      await page.getByRole('main').getByRole('link', { name: /Amina/ }).first().click();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Amina');
      await page.goto(`${origin}/attendance`);
      const sheet = new AttendancePages({ page });
      await sheet.openFirstMissing();
      const [first = ''] = await sheet.names();
      await sheet.choose(first, 'attendance-here');
      await new Shell({ page }).isShared();
      await page.evaluate(() => localStorage.setItem('minvei.seen', '0'));
      await page.reload();
      await expect(new LockScreen({ page }).heading).toBeVisible();
      await browser.close();
      expect(found(folder, secrets)).toEqual([]);
    });

    await test.step('after she has signed out', async () => {
      const browser = await OwnBrowser.on(folder);
      const { page } = browser;
      await page.goto(`${origin}/more`);
      await new LockScreen({ page }).open(secret);
      await signOut({ page });
      await browser.close();
      expect(found(folder, secrets)).toEqual([]);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function secretOf({ user }: Device): string {
  if (!user) throw new Error('nobody has signed in');
  return user.secret;
}
