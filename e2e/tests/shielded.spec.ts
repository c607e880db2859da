// A protected person: nobody but those who are named knows of her, no device keeps anything of her, and it takes two
// to change that.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noViolations } from '../fixtures/axe.ts';
import { OwnBrowser } from '../fixtures/browser.ts';
import { dayAt, daysFrom, longDate } from '../fixtures/calendar.ts';
import { answered } from '../fixtures/complaints.ts';
import type { Screen } from '../fixtures/device.ts';
import { entries } from '../fixtures/disk.ts';
import { LIVE } from '../fixtures/payloads.ts';
import { asWritten, found } from '../fixtures/profile.ts';
import { accounts, type Account } from '../fixtures/server.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { LogPage } from '../pages/log.ts';
import { TodayPage, WeekPage } from '../pages/participant.ts';
import { Glass, NOTHING, OnlinePage, protect, Shielding } from '../pages/protected.ts';
import { Shell } from '../pages/shell.ts';
import { answer, tryToSignIn } from '../pages/sign_in.ts';
import { StaffPages } from '../pages/staff.ts';

const AMINA = 'Amina Hassan';
const [KARI, JONAS, BENTE] = ['Kari Nilsen', 'Jonas Berg', 'Bente Aarseth'];
/** A page that keeps nothing asks for news every fifteen seconds. */
const ASKED_AGAIN = { timeout: 25_000 };
const HALF_AN_HOUR = '30:06';

test('a protected person is gone for all but those who are named, and it takes two to name one more', async ({ actor, device, server }) => {
  test.setTimeout(240_000);
  const today = dayAt(server.now());
  const [desk, teacher, manager] = [await actor('adviser'), await actor('teacher'), await actor('manager')];
  const [hers, list] = [new Shielding(desk), new AttendancePages(teacher)];

  await test.step('everybody sees her first', async () => {
    await openSheet(teacher, today);
    expect(await list.names()).toContain('Amina');
    await expect(new Shielding(manager).inList(AMINA)).toHaveCount(1);
  });

  await test.step('her adviser reads what it means, and protects her with a colleague', async () => {
    await hers.goTo(AMINA);
    await hers.open();
    await noViolations(desk.page);
    await hers.dialog.getByRole('button', { name: say('shield-send'), exact: true }).click();
    await expect(hers.dialog.getByRole('alert')).toHaveText(say('shield-with-missing'));
    await hers.begin(BENTE);
    await expect(desk.page).toHaveURL(/\/people$/);
    await new Shell(desk).isShared();
  });

  await test.step('she is gone from every device, also from pages that are open', async () => {
    await expect(list.choice('Amina', 'attendance-here')).toHaveCount(0);
    await expect(list.choice('Fatuma', 'attendance-here')).toBeVisible();
    for (const one of [desk, manager]) await expect(new Shielding(one).inList(AMINA)).toHaveCount(0);
    await desk.page.goto('/people/amina');
    await expect(desk.page.getByText(say('people-not-here'))).toBeVisible();
    await noViolations(desk.page);
  });

  const hidden = await device({ size: 'phone' });
  const [online, shielding, shell] = [new OnlinePage(hidden), new Shielding(hidden), new Shell(hidden)];
  await test.step('where nothing is kept, her adviser sees her, and who knows of her', async () => {
    await online.open();
    await noViolations(hidden.page);
    await online.signIn(account('adviser'));
    await shell.isShared();
    await expect(shielding.inList(AMINA)).toContainText(say('shield-mark'));
    await noViolations(hidden.page);
    await shielding.goTo(AMINA);
    await expect(shielding.knows(KARI)).toBeVisible();
    await expect(shielding.knows(BENTE)).toBeVisible();
    await noViolations(hidden.page);
    expect(await online.kept()).toEqual(NOTHING);
  });

  await test.step('she takes attendance', async () => {
    const sheet = new AttendancePages(hidden);
    await shell.goTo(say('nav-attendance'));
    await session(hidden, today).click();
    await sheet.choose(AMINA, 'attendance-here');
    await shell.isShared();
    await expect(sheet.choice(AMINA, 'attendance-here')).toBeChecked();
    await noViolations(hidden.page);
  });

  await test.step('she asks that one more is named, and cannot answer herself', async () => {
    await shell.goTo(say('nav-participants'));
    await shielding.goTo(AMINA);
    await shielding.askFor(JONAS);
    await expect(shielding.wishes).toContainText(say('shield-waits'));
    await expect(shielding.wishes).toContainText(like('shield-wish-name', { by: KARI, name: JONAS }));
    await expect(shielding.button('action-yes')).toHaveCount(0);
    await shell.isShared();
    await noViolations(hidden.page);
  });

  const other = await device({ size: 'desktop' });
  await test.step('the other says yes', async () => {
    const [says, its] = [new Shielding(other), new Shell(other)];
    await new OnlinePage(other).signIn(account('manager'));
    await says.goTo(AMINA);
    await expect(says.button('action-no')).toBeVisible();
    await noViolations(other.page);
    await says.button('action-yes').click();
    await expect(says.knows(JONAS)).toBeVisible();
    await expect(says.wishes).toHaveCount(0);
    await its.isShared();
    await expect(shielding.knows(JONAS), 'on a page that is open').toBeVisible(ASKED_AGAIN);
  });

  await test.step('the third sees her, and only where nothing is kept', async () => {
    const third = await device({ size: 'desktop' });
    const jonas = account('adviser', 1);
    await new OnlinePage(third).signIn(jonas);
    await expect(new Shielding(third).inList(AMINA)).toContainText(say('shield-mark'));
    await new OnlinePage(third).close();
    await tryToSignIn(third, jonas);
    await new Shell(third).isShared();
    await expect(new Shielding(third).inList('Fatuma')).toHaveCount(1);
    await expect(new Shielding(third).inList(AMINA)).toHaveCount(0);
  });

  await test.step('the manager breaks the glass with a reason, and those who are named read it', async () => {
    const broken = new Glass(other);
    await new Shell(other).goTo(say('nav-more'));
    await noViolations(other.page);
    await broken.smash('Kort');
    await expect(broken.section.getByRole('alert')).toHaveText(say('glass-reason-short'));
    await broken.smash(LIVE);
    await expect(broken.section).toContainText(like('glass-broken'));
    await new Shell(other).isShared();
    await shell.goTo(say('nav-participants'));
    const told = new Glass(hidden).section.getByRole('listitem');
    await expect(told).toContainText(like('glass-told', { name: BENTE, reason: LIVE }), ASKED_AGAIN);
    await noViolations(hidden.page);
    expect(await hidden.page.evaluate(() => window.__ran)).toBeUndefined();
  });

  await test.step('another must look through it, and whoever is alone reads how there comes to be one', async () => {
    const log = new LogPage(manager);
    await log.open('nav-more', 'log-all-title');
    await log.show('log-review');
    const own = log.lines(say('log-review-own'));
    await expect(own).toHaveCount(1);
    await expect(own).toContainText(say('log-review-alone'));
    await expect(own.getByRole('button')).toHaveCount(0);
    await noViolations(manager.page);
    await own.getByRole('link', { name: say('log-review-staff'), exact: true }).click();
    await expect(manager.page.getByRole('heading', { level: 1 })).toHaveText(say('staff-title'));
  });
});

test('she is counted in no number, found by no search and named in no calendar of others', async ({ actor, server }) => {
  test.slow();
  const today = dayAt(server.now());
  const [desk, teacher, manager] = [await actor('adviser'), await actor('teacher'), await actor('manager')];
  const [list, staff] = [new AttendancePages(teacher), new StaffPages(manager)];
  await openSheet(teacher, today);
  const group = await list.names();
  expect(group).toContain('Amina');
  await expectLastWeek(teacher, today, group.length);
  await teacher.page.goto('/people');
  await expect(everybody(teacher).first()).toBeVisible();
  const seen = await everybody(teacher).count();
  expect(await hits(teacher, 'Amina')).toBe(1);
  await teacher.page.getByLabel(say('adviser-search')).fill('');
  await expect(manager.page.getByText(say('adviser-participants-count', { count: 24 }))).toBeVisible();
  expect(await hits(manager, 'Amina')).toBe(1);
  await staff.open();
  await staff.goTo(KARI);
  await expect(staff.contactFor).toContainText(say('staff-is-contact-for', { count: 12 }));

  // The manager is not among those who are named.
  await protect(desk, AMINA, JONAS);

  await test.step('whoever ends an access is told of one less', async () => {
    await expect(staff.contactFor).toContainText(say('staff-is-contact-for', { count: 11 }));
    await expect(staff.contactFor.getByRole('button', { name: say('staff-hand-over', { count: 11 }), exact: true })).toBeVisible();
    const dialog = await staff.beginToEnd(KARI);
    await expect(dialog).toContainText(say('staff-end-contact-for', { count: 11 }));
    await dialog.getByRole('button', { name: say('action-cancel'), exact: true }).click();
  });

  await test.step('the lists are shorter by one, and no search finds her', async () => {
    await expect(desk.page.getByText(say('adviser-participants-count', { count: 11 }))).toBeVisible();
    await manager.page.goto('/people');
    await expect(manager.page.getByText(say('adviser-participants-count', { count: 23 }))).toBeVisible();
    await expect(everybody(teacher)).toHaveCount(seen - 1);
    for (const one of [desk, teacher, manager]) {
      expect(await hits(one, 'Amina')).toBe(0);
      await expect(one.page.getByText(say('adviser-none-found'))).toBeVisible();
      await noViolations(one.page);
    }
  });

  await test.step('her group is smaller by one, today and last week', async () => {
    await openSheet(teacher, today);
    await expect(list.choice('Amina', 'attendance-here')).toHaveCount(0);
    expect(await list.names()).toEqual(group.filter((name) => name !== 'Amina'));
    await expectLastWeek(teacher, today, group.length - 1);
  });

  await test.step('no plan and no day names her', async () => {
    for (const path of ['/attendance', '/plan']) {
      for (const one of [teacher, manager]) {
        await one.page.goto(path);
        await new Shell(one).isSettled();
        await expect(one.page.getByRole('main').getByText(/Språkopplæring/).filter({ visible: true }).first()).toBeVisible();
        await expect(one.page.getByRole('main')).not.toContainText('Amina');
      }
    }
    await openSheet(manager, today);
    expect((await new AttendancePages(manager).names()).join()).not.toContain('Amina');
  });
});

test('she signs in with her card as ever, sees her week, and is asked again when the page is gone', async ({ actor, device, server }) => {
  test.slow();
  const [today, amina] = [dayAt(server.now()), hersOf(AMINA)];
  const old = await device({ size: 'phone' });
  old.complaints.allow(answered(401, '/api/'), answered(409, '/api/sign-in'), /WebSocket connection to/);
  await test.step('her phone knows her from before', async () => {
    await old.page.goto('/sign-in');
    await tryToSignIn(old, amina);
    await expect(new TodayPage(old).heading).toBeVisible();
    await new Shell(old).isShared();
  });
  await protect(await actor('adviser'), AMINA, BENTE);

  await test.step('a phone on which nothing lies leads her on without typing again', async () => {
    const phone = await device({ size: 'phone' });
    phone.complaints.allow(answered(409, '/api/sign-in'));
    const [online, week] = [new OnlinePage(phone), new WeekPage(phone)];
    await phone.page.goto('/sign-in');
    await tryToSignIn(phone, amina);
    await expect(new TodayPage(phone).heading).toBeVisible();
    await expect(online.line).toBeVisible();
    await noViolations(phone.page);
    await new Shell(phone).goTo(say('nav-week'));
    await week.isOf(today);
    expect((await week.titles()).length).toBeGreaterThan(0);
    await noViolations(phone.page);
    expect(await online.kept()).toEqual(NOTHING);
    await phone.page.reload();
    await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
  });

  await test.step('from the phone that knew her everything of hers is taken away', async () => {
    // Her sessions have ended: the phone hears of it, hands in what it holds, and wipes itself.
    await expect(old.page.getByText(say('held-wiped'))).toBeVisible({ timeout: 30_000 });
    expect(await entries(old)).toBe(0);
    await tryToSignIn(old, amina);
    await expect(new OnlinePage(old).line).toBeVisible();
    expect(await old.page.evaluate(() => localStorage.getItem('minvei.session'))).toBeNull();
    expect(await entries(old)).toBe(0);
  });
});

test('without a network nothing is done where nothing is kept, and a page that is left alone closes', async ({ device }) => {
  const desk = await device({ size: 'desktop' });
  const [online, shell, sheet] = [new OnlinePage(desk), new Shell(desk), new AttendancePages(desk)];
  desk.complaints.allow(answered(401, '/api/sign-in'));
  await online.open();
  await online.send({ ...account('adviser'), secret: 'minvei-nothing' });
  await expect(answer(desk)).toHaveText(say('online-wrong'));
  await noViolations(desk.page);
  await online.signIn(account('adviser'));
  await desk.keepsTheApp();
  await shell.goTo(say('nav-attendance'));
  const [name = ''] = await sheet.openFirstMissing();

  await test.step('a command that cannot be sent says so', async () => {
    await desk.offline();
    await expect(desk.page.getByText(say('online-offline'))).toBeVisible();
    await sheet.choice(name, 'attendance-away').click();
    await expect(desk.page.getByText(say('online-unsent'))).toBeVisible();
    await expect(sheet.choice(name, 'attendance-away')).not.toBeChecked();
    await noViolations(desk.page);
  });

  await test.step('it can be done when the network is back', async () => {
    await desk.online();
    await expect(desk.page.getByText(say('online-offline'))).toBeHidden();
    await sheet.choose(name, 'attendance-away');
    await shell.isShared();
  });

  await test.step('what is for a device is not offered', async () => {
    await shell.goTo(say('nav-more'));
    await expect(desk.page.getByRole('region', { name: say('more-device'), exact: true })).toHaveCount(0);
    await expect(online.line).toBeVisible();
    expect(await online.kept()).toEqual(NOTHING);
  });

  await test.step('after half an hour it is closed', async () => {
    await desk.context.clock.fastForward(HALF_AN_HOUR);
    await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    await expect(desk.page).toHaveURL(/\/sign-in$/);
    expect(await online.kept()).toEqual(NOTHING);
  });
});

test('what is shown where nothing is kept is not printed, but for a card', async ({ actor, device }) => {
  const [kept, desk] = [await actor('adviser'), await device({ size: 'desktop' })];
  const online = new OnlinePage(desk);
  await online.signIn(account('adviser'));
  const main = (screen: Screen) => screen.page.getByRole('main');

  await test.step('the control: elsewhere the same list is printed', async () => {
    await expect(new Shielding(kept).inList(AMINA)).toBeVisible();
    await kept.page.emulateMedia({ media: 'print' });
    await expect(new Shielding(kept).inList(AMINA)).toBeVisible();
    await expect(new OnlinePage(kept).unprinted).toBeHidden();
  });

  await test.step('the list of participants', async () => {
    await expect(new Shielding(desk).inList(AMINA)).toBeVisible();
    await expect(online.unprinted).toBeHidden();
    await onPaper(desk, async () => {
      await expect(online.unprinted).toBeVisible();
      await expect(main(desk)).toBeHidden();
    });
  });

  await test.step('the names of a session', async () => {
    await new Shell(desk).goTo(say('nav-attendance'));
    const sheet = new AttendancePages(desk);
    const [name = ''] = await sheet.openFirstMissing();
    await expect(sheet.row(name)).toBeVisible();
    await onPaper(desk, async () => {
      await expect(online.unprinted).toBeVisible();
      await expect(sheet.row(name)).toBeHidden();
    });
  });

  await test.step('her card, and nothing else of her page', async () => {
    await new Shell(desk).goTo(say('nav-participants'));
    await new Shielding(desk).goTo(AMINA);
    await onPaper(desk, async () => await expect(main(desk)).toBeHidden());
    await desk.page.getByRole('button', { name: say('slip-title') }).click();
    await desk.page.getByRole('button', { name: say('slip-make'), exact: true }).click();
    await expect(desk.page.getByRole('definition')).toHaveCount(2);
    await onPaper(desk, async () => {
      await expect(online.unprinted).toBeHidden();
      // Under a dialog that is not printed the rest of the page has no roles.
      await expect(desk.page.locator('h2').filter({ visible: true })).toHaveText(/Amina/);
      await expect(desk.page.locator('h1')).toBeHidden();
      await expect(desk.page.getByText(say('slip-how')).filter({ visible: true })).toHaveCount(1);
    });
  });
});

test('nobody finds in the files of the browser who was opened without being kept', async ({ actor, server }) => {
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'minvei-profile-'));
  const origin = `http://127.0.0.1:${server.port}`;
  const canary = 'Zorablanka';
  const [today, amina] = [dayAt(server.now()), hersOf(AMINA)];
  const typed = [account('adviser').secret, amina.secret].map(asWritten);
  const secrets = [canary, 'Warsametest', AMINA.split(' ')[0] ?? '', ...typed];
  /** Who looks, and at what. */
  const looks: Record<string, readonly [Account, (seat: Screen) => Promise<void>]> = {
    'a colleague who is named': [
      account('adviser'),
      async (seat) => {
        const people = new Shielding(seat);
        await expect(people.inList(AMINA)).toContainText(say('shield-mark'));
        await people.goTo(`${canary} Warsametest`);
      },
    ],
    'she herself': [
      amina,
      async (seat) => {
        await expect(new TodayPage(seat).heading).toBeVisible();
        await new Shell(seat).goTo(say('nav-week'));
        await new WeekPage(seat).isOf(today);
      },
    ],
  };
  /** How it ends: she closes the page, or it closes when nobody has touched it for so long. */
  const ends: Record<string, (seat: Screen) => Promise<void>> = {
    'signed out': async (seat) => await new OnlinePage(seat).close(),
    'left alone': async (seat) => {
      await seat.page.clock.fastForward(HALF_AN_HOUR);
      await expect(seat.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    },
  };
  try {
    await test.step('a name that lies open there is found', async () => {
      const browser = await OwnBrowser.on(folder);
      await browser.page.goto(origin);
      await browser.page.evaluate((planted) => localStorage.setItem('planted', planted), canary);
      await browser.close();
      expect(found(folder, secrets)).toContain(canary);
      rmSync(folder, { recursive: true, force: true });
    });

    await test.step('one who was registered with a hidden address, and everybody beside her, is not', async () => {
      const browser = await OwnBrowser.on(folder);
      const { page } = browser;
      const online = new OnlinePage({ page });
      await page.goto(`${origin}/online`);
      await online.send(account('adviser'));
      await expect(online.line).toBeVisible();
      await page.getByRole('link', { name: say('adviser-register') }).click();
      await page.getByLabel(say('adviser-first-name')).fill(canary);
      await page.getByLabel(say('adviser-last-name')).fill('Warsametest');
      await page.getByRole('checkbox', { name: say('shield-hidden-address') }).check();
      await noViolations(page);
      await page.getByLabel(say('shield-with'), { exact: true }).selectOption({ label: BENTE });
      await page.getByRole('button', { name: say('people-register-now'), exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${canary} Warsametest`);
      await new Shell({ page }).isShared();
      await expect(new Shielding({ page }).knows(BENTE)).toBeVisible();
      expect(await online.kept()).toEqual(NOTHING);
      expect(await page.context().cookies()).toEqual([]);
      await browser.close();
      expect(found(folder, secrets)).toEqual([]);
    });

    await protect(await actor('adviser'), AMINA, BENTE);
    for (const [who, [hers, look]] of Object.entries(looks)) {
      for (const [how, end] of Object.entries(ends)) {
        await test.step(`nor after ${who} has looked, and the page was ${how}`, async () => {
          const browser = await OwnBrowser.on(folder);
          const { page } = browser;
          const online = new OnlinePage({ page });
          await page.clock.install({ time: server.now() });
          await page.goto(`${origin}/online`);
          await online.send(hers);
          await expect(online.line).toBeVisible();
          await look({ page });
          await new Shell({ page }).isShared();
          await end({ page });
          expect(await online.kept()).toEqual(NOTHING);
          await browser.close();
          expect(found(folder, secrets)).toEqual([]);
        });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Looks at what would be printed. */
async function onPaper({ page }: Screen, looks: () => Promise<void>): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await looks();
  await page.emulateMedia({ media: null });
}

/** The session of Amina's Norwegian group today, in the list of sessions. */
function session({ page }: Screen, today: string) {
  return page.getByRole('main').getByRole('link', { name: new RegExp(`Språkopplæring, ${longDate(today)}$`) });
}

/** Opens the names of it. */
async function openSheet(screen: Screen, today: string): Promise<void> {
  await screen.page.goto('/attendance');
  await session(screen, today).click();
}

/** Those who are listed on the page of participants. */
function everybody({ page }: Screen) {
  return page.getByRole('main').getByRole('rowheader');
}

/** How many of them a search finds. */
async function hits(screen: Screen, text: string): Promise<number> {
  await expect(everybody(screen).first()).toBeVisible();
  const all = await everybody(screen).count();
  await screen.page.getByLabel(say('adviser-search')).fill(text);
  await expect.poll(() => everybody(screen).count()).toBeLessThan(all);
  return everybody(screen).count();
}

/** The list of sessions says how many are in Amina's Norwegian group, of whom it tells last week. */
async function expectLastWeek({ page }: Screen, today: string, size: number): Promise<void> {
  await page.goto('/attendance');
  const link = page.getByRole('link', { name: new RegExp(`Språkopplæring, ${longDate(daysFrom(today, -7))}$`) });
  const line = page.getByRole('main').getByRole('listitem').filter({ has: link });
  await expect(line).toContainText(like('attendance-count', { total: size }));
}

/** The card of a participant. */
function hersOf(name: string): Account {
  const card = accounts().find((one) => one.name === name);
  if (!card) throw new Error(`nobody is called ${name}`);
  return card;
}
