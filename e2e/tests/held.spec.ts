// What an adviser has done offline before her access ended is neither lost nor simply done: her device hands it in and
// forgets everything, and the manager decides.
import type { Locator } from '@playwright/test';
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, longDate } from '../fixtures/calendar.ts';
import { answered } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { entries, record } from '../fixtures/disk.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { PlanPage } from '../pages/plan.ts';
import { Shell } from '../pages/shell.ts';
import { signIn } from '../pages/sign_in.ts';
import { StaffPages } from '../pages/staff.ts';

/** What the group of Norwegian beginners does on the Tuesday of the journey. */
const LESSON = 'Språkopplæring';
const THIRTY_ONE_DAYS = 31 * 24 * 60 * 60 * 1_000;

test('what a colleague did before she left is handed in by her device, and the manager says yes', async ({ actor }) => {
  const [kari, desk] = [await actor('adviser'), await actor('manager')];
  const shell = new Shell(desk);
  const name = await test.step('offline she marks who was away', () => markSomebodyAway(kari));
  const { pathname } = new URL(kari.page.url());

  await test.step('meanwhile her participants are given to somebody else, and her access ends', async () => {
    await endAccess(desk);
  });

  await test.step('online again her device hands in what it holds, and nothing of it stays', async () => {
    await handsIn(kari);
    expect(await record(kari)).toBeNull();
    await noViolations(kari.page);
  });

  const held = question(desk, name);
  await test.step('the manager finds it', async () => {
    await openHeld(desk, 1);
    await expect(held).toContainText(account('adviser').name);
    await noViolations(desk.page);
  });

  await test.step('and says yes: it stands as if nothing had come between', async () => {
    await held.getByRole('button', { name: say('held-yes'), exact: true }).click();
    await expect(desk.page.getByText(say('held-empty'))).toBeVisible();
    await shell.isShared();
    await noViolations(desk.page);
    await desk.page.goto(pathname);
    await expect(new AttendancePages(desk).choice(name, 'attendance-away')).toBeChecked();
  });
});

test('a no does nothing, and what the plan does not let happen any more stays until there is one', async ({ actor, server }) => {
  const [kari, desk] = [await actor('adviser'), await actor('manager')];
  const [sheet, shell, plan, today] = [new AttendancePages(kari), new Shell(desk), new PlanPage(desk), dayAt(server.now())];
  await new Shell(kari).goTo(say('nav-attendance'));
  const lesson = new RegExp(`${LESSON}, ${longDate(today)}$`);
  await kari.page.getByRole('main').getByRole('link', { name: lesson }).click();
  const [one = '', other = ''] = await sheet.names();
  const { pathname } = new URL(kari.page.url());
  await kari.offline();
  for (const name of [one, other]) await markAway(kari, name);
  await endAccess(desk);
  await handsIn(kari);

  await test.step('no: it is not done', async () => {
    await openHeld(desk, 2);
    await no(question(desk, one)).click();
    await expect(question(desk, one)).toHaveCount(0);
    await shell.isShared();
    await desk.page.goto(pathname);
    await expect(new AttendancePages(desk).choice(one, 'attendance-away')).toBeVisible();
    await expect(new AttendancePages(desk).choice(one, 'attendance-away')).not.toBeChecked();
  });

  await test.step('a yes that comes after the lesson was cancelled says why it does not go', async () => {
    await shell.goTo(say('nav-plan'));
    await plan.goToWeekOf(today, today);
    await plan.cancel(LESSON, today, 'Læreren var syk');
    await shell.isShared();
    await openHeld(desk, 1);
    const held = question(desk, other);
    await held.getByRole('button', { name: say('held-yes'), exact: true }).click();
    const reason = say('reject-not-planned', { date: longDate(today) });
    await expect(held.getByRole('alert')).toContainText(say('held-refused', { reason }));
    await noViolations(desk.page);
    await no(held).click();
    await expect(desk.page.getByText(say('held-empty'))).toBeVisible();
    await shell.isShared();
  });
});

test('nobody says yes to what she did herself, not even as a manager, and she may say no', async ({ actor }) => {
  const [kari, desk] = [await actor('adviser'), await actor('manager')];
  const [staff, shell] = [new StaffPages(desk), new Shell(desk)];
  const name = await markSomebodyAway(kari);
  await staff.open();
  await staff.goTo(account('adviser').name);
  await staff.changeRole('role-manager');
  await shell.isShared();

  // With another part her devices end, too.
  await handsIn(kari);
  await signIn(kari, account('adviser'));
  await openHeld(kari, 1);
  await expect(question(kari, name)).toContainText(say('held-own'));
  await expect(question(kari, name).getByRole('button')).toHaveCount(1);
  await expect(no(question(kari, name))).toBeVisible();
  await noViolations(kari.page);

  // The other manager is asked.
  await openHeld(desk, 1);
  await expect(no(question(desk, name))).toBeVisible();

  // She says no herself: nobody needs to answer any more.
  await no(question(kari, name)).click();
  await expect(question(kari, name)).toHaveCount(0);
  await new Shell(kari).isShared();
  await expect(desk.page.getByText(say('held-empty'))).toBeVisible();
});

test('a device that comes a month after its user left says that it was too late, and keeps nothing', async ({ actor, server }) => {
  const [kari, desk] = [await actor('adviser'), await actor('manager')];

  await test.step('offline she marks who was away, and meanwhile her access ends', async () => {
    await markSomebodyAway(kari);
    await endAccess(desk);
  });

  await test.step('a month later it speaks with the server', async () => {
    for (const one of [kari, desk]) one.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
    await server.stop();
    await server.start(new Date(server.now().getTime() + THIRTY_ONE_DAYS));
    await kari.online();
    await expect(kari.page.getByText(say('held-wiped-late'))).toBeVisible({ timeout: 30_000 });
    await expect(kari.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    await noViolations(kari.page);
  });

  await test.step('and nothing of hers is left on it', async () => {
    expect(await kari.page.evaluate(() => localStorage.getItem('minvei.session'))).toBeNull();
    expect(await entries(kari)).toBe(0);
  });
});

/** Without a network she marks that the first of those whom nobody has marked was away. Says who that is. */
async function markSomebodyAway(kari: Device): Promise<string> {
  await new Shell(kari).goTo(say('nav-attendance'));
  const [name = ''] = await new AttendancePages(kari).openFirstMissing();
  await kari.offline();
  await markAway(kari, name);
  return name;
}

/** Without a network she marks that somebody was away. */
async function markAway(kari: Device, name: string): Promise<void> {
  const sheet = new AttendancePages(kari);
  await sheet.choose(name, 'attendance-away');
  await expect(sheet.row(name)).toContainText(say('sync-saved-here'));
}

/** The manager gives Kari's participants to another adviser, and ends her access. */
async function endAccess(desk: Device): Promise<void> {
  const staff = new StaffPages(desk);
  const [her, jonas] = [account('adviser'), account('adviser', 1)];
  await staff.open();
  await staff.goTo(her.name);
  await staff.handOver(12, jonas.name);
  const dialog = await staff.beginToEnd(her.name);
  await dialog.getByRole('button', { name: say('staff-end'), exact: true }).click();
  await expect(dialog).toBeHidden();
  await new Shell(desk).isShared();
}

/** Her device hears of it, hands in what it holds, and is wiped. */
async function handsIn(kari: Device): Promise<void> {
  kari.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  await kari.online();
  await expect(kari.page.getByText(say('held-wiped'))).toBeVisible();
  await expect(kari.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
}

/** By way of “Mer”, which says how much waits for an answer. */
async function openHeld(desk: Device, count: number): Promise<void> {
  await new Shell(desk).goTo(say('nav-more'));
  const card = desk.page.getByRole('region', { name: say('held-title') });
  await expect(card).toContainText(say('held-count', { count }));
  await card.getByRole('link', { name: say('held-open') }).click();
  await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(say('held-title'));
}

/** What waits for an answer and is about `name`. */
function question(desk: Device, name: string): Locator {
  return desk.page.getByRole('main').getByRole('listitem').filter({ hasText: name });
}

/** The button that says no to it. */
function no(held: Locator): Locator {
  return held.getByRole('button', { name: say('held-no'), exact: true });
}
