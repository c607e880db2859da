// What an adviser has done offline before her access ended is neither lost nor simply done: her device hands it in and
// forgets everything, and the manager decides.
import { noViolations } from '../fixtures/axe.ts';
import { answered } from '../fixtures/complaints.ts';
import { entries } from '../fixtures/kept.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { Shell } from '../pages/shell.ts';
import { StaffPages } from '../pages/staff.ts';

const THIRTY_ONE_DAYS = 31 * 24 * 60 * 60 * 1_000;

test('what a colleague did before she left is handed in by her device, and the manager says yes', async ({ actor }) => {
  const [kari, desk] = [await actor('adviser'), await actor('manager')];
  const [sheet, staff, shell] = [new AttendancePages(kari), new StaffPages(desk), new Shell(desk)];
  const [her, jonas] = [account('adviser'), account('adviser', 1)];
  await new Shell(kari).goTo(say('nav-attendance'));
  const [name = ''] = await sheet.openFirstMissing();
  const { pathname } = new URL(kari.page.url());

  await test.step('offline she marks who was away', async () => {
    await kari.offline();
    await sheet.choose(name, 'attendance-away');
    await expect(sheet.row(name)).toContainText(say('sync-saved-here'));
  });

  await test.step('meanwhile her participants are given to somebody else, and her access ends', async () => {
    await staff.open();
    await staff.goTo(her.name);
    await staff.handOver(12, jonas.name);
    const dialog = await staff.beginToEnd(her.name);
    await dialog.getByRole('button', { name: say('staff-end'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await shell.isShared();
  });

  await test.step('online again her device hands in what it holds, and nothing of it stays', async () => {
    kari.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
    await kari.online();
    await expect(kari.page.getByText(say('held-wiped'))).toBeVisible();
    await expect(kari.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    expect(await kari.page.evaluate(() => localStorage.getItem('minvei.session'))).toBeNull();
    await noViolations(kari.page);
  });

  const held = desk.page.getByRole('main').getByRole('listitem').filter({ hasText: name });
  await test.step('the manager finds it', async () => {
    await shell.goTo(say('nav-more'));
    const card = desk.page.getByRole('region', { name: say('held-title') });
    await expect(card).toContainText(say('held-count', { count: 1 }));
    await card.getByRole('link', { name: say('held-open') }).click();
    await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(say('held-title'));
    await expect(held).toContainText(her.name);
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

test('a device that comes a month after its user left says that it was too late, and keeps nothing', async ({ actor, server }) => {
  const [kari, desk] = [await actor('adviser'), await actor('manager')];
  const [sheet, staff] = [new AttendancePages(kari), new StaffPages(desk)];
  const [her, jonas] = [account('adviser'), account('adviser', 1)];
  await new Shell(kari).goTo(say('nav-attendance'));
  const [name = ''] = await sheet.openFirstMissing();

  await test.step('offline she marks who was away, and meanwhile her access ends', async () => {
    await kari.offline();
    await sheet.choose(name, 'attendance-away');
    await expect(sheet.row(name)).toContainText(say('sync-saved-here'));
    await staff.open();
    await staff.goTo(her.name);
    await staff.handOver(12, jonas.name);
    const dialog = await staff.beginToEnd(her.name);
    await dialog.getByRole('button', { name: say('staff-end'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await new Shell(desk).isShared();
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
    expect(await kari.page.evaluate(entries)).toBe(0);
  });
});
