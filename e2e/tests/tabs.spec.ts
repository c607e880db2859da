// One person, several tabs: all show the same, one of them writes, and another takes over.
import type { Page } from '@playwright/test';
import { noViolations } from '../fixtures/axe.ts';
import { answered } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { Shell } from '../pages/shell.ts';
import { signIn } from '../pages/sign_in.ts';

/** Longer than a tab waits for one that leads and does not answer. */
const HANGS = 14_000;
/** Long enough for a tab to give another up. */
const PATIENCE = { timeout: 25_000 };
/** What the browser asks for beside an address that is no page of the app. */
const NO_ICON = answered(404, '/favicon.ico');

/** The same sheet in two tabs of one device; the first of them leads. */
async function twoTabs(device: Device): Promise<{ first: Page; second: Page; path: string; names: string[] }> {
  await new Shell(device).goTo(say('nav-attendance'));
  const names = await new AttendancePages(device).openFirstMissing();
  const path = new URL(device.page.url()).pathname;
  const first = device.page;
  const second = await device.context.newPage();
  await second.goto(path);
  device.page = second;
  await expect(new AttendancePages(device).choice(names[0] ?? '', 'attendance-here')).toBeVisible();
  return { first, second, path, names };
}

/** The device, with this tab in front. */
function inFront(device: Device, page: Page): { sheet: AttendancePages; shell: Shell } {
  device.page = page;
  return { sheet: new AttendancePages(device), shell: new Shell(device) };
}

test('what is done in one tab shows in the other, with and without a network', async ({ actor }) => {
  const desk = await actor('adviser');
  const { first, second, names: [one = '', two = '', three = ''] } = await twoTabs(desk);
  await inFront(desk, second).sheet.choose(one, 'attendance-away');
  await inFront(desk, second).shell.isShared();
  await expect(inFront(desk, first).sheet.choice(one, 'attendance-away')).toBeChecked();
  await desk.offline();
  await inFront(desk, first).sheet.choose(two, 'attendance-away');
  await expect(inFront(desk, second).sheet.choice(two, 'attendance-away')).toBeChecked();
  await inFront(desk, second).sheet.choose(three, 'attendance-away');
  for (const tab of [first, second]) {
    const { sheet, shell } = inFront(desk, tab);
    await expect(sheet.choice(three, 'attendance-away')).toBeChecked();
    await expect(shell.offlineLine).toBeVisible();
    await expect(tab.getByRole('banner').getByRole('link', { name: like('sync-chip-offline-count', { count: 2 }) })).toBeVisible();
  }
  await noViolations(second);
  await desk.online();
  for (const tab of [first, second]) await inFront(desk, tab).shell.isShared();
});

test('when the tab that leads is closed, another goes on with all that was done', async ({ actor }) => {
  const desk = await actor('adviser');
  const { first, second, path, names: [one = '', two = ''] } = await twoTabs(desk);
  await desk.offline();
  const { sheet, shell } = inFront(desk, second);
  await sheet.choose(one, 'attendance-away');
  await first.close();
  await sheet.choose(two, 'attendance-away');
  await expect(second.getByText(say('sync-saved-here'), { exact: true })).toHaveCount(2);
  await desk.online();
  await shell.isShared();
  const other = await actor('adviser');
  await other.page.goto(path);
  for (const name of [one, two]) await expect(new AttendancePages(other).choice(name, 'attendance-away')).toBeChecked();
  await expect(other.page.getByText(like('roll-two-answers')), 'each happened once').toHaveCount(0);
});

test('a tab that hangs loses the lead, and follows when it wakes up', async ({ actor }) => {
  const desk = await actor('adviser');
  const { first, second, names: [one = '', two = '', three = ''] } = await twoTabs(desk);
  const hanging = first.evaluate((millis) => {
    const end = performance.now() + millis;
    while (performance.now() < end);
  }, HANGS);
  const { sheet, shell } = inFront(desk, second);
  await sheet.choose(one, 'attendance-away');
  // Twice, for the second must not take the lead from the tab itself.
  await sheet.choose(three, 'attendance-away');
  await shell.isShared(PATIENCE);
  await hanging;
  for (const name of [one, three]) await expect(inFront(desk, first).sheet.choice(name, 'attendance-away')).toBeChecked();
  await inFront(desk, first).sheet.choose(two, 'attendance-away');
  await inFront(desk, first).shell.isShared();
  await expect(inFront(desk, second).sheet.choice(two, 'attendance-away')).toBeChecked();
});

test('signing out and in again counts for all tabs', async ({ actor }) => {
  const desk = await actor('adviser');
  const { first, second } = await twoTabs(desk);
  desk.page = second;
  await second.goto('/more');
  await second.getByRole('button', { name: say('auth-sign-out') }).click();
  for (const tab of [first, second]) await expect(tab.getByRole('navigation', { name: say('auth-who') })).toBeVisible();
  desk.page = first;
  await signIn(desk, account('adviser'));
  await expect(second.getByRole('navigation', { name: say('nav-main') })).toBeVisible();
  await inFront(desk, second).shell.isShared();
});

test('a choice to work alone counts for all tabs', async ({ actor }) => {
  const desk = await actor('adviser');
  const { first, second } = await twoTabs(desk);
  await second.goto('/more');
  await second.getByRole('button', { name: say('more-alone') }).click();
  for (const tab of [first, second]) await expect(tab.getByText(say('sync-alone'))).toBeVisible();
  await first.getByRole('button', { name: say('sync-alone-end') }).click();
  for (const tab of [first, second]) {
    await expect(tab.getByText(say('sync-alone'))).toHaveCount(0);
    await inFront(desk, tab).shell.isShared();
  }
});

test('a tab can be opened and loaded anew while the network is gone', async ({ actor }) => {
  const desk = await actor('adviser');
  const { first, second, names: [one = ''] } = await twoTabs(desk);
  await desk.keepsTheApp();
  await desk.offline();
  await second.reload();
  await inFront(desk, second).sheet.choose(one, 'attendance-away');
  await expect(second.getByText(say('sync-saved-here'), { exact: true })).toBeVisible();
  await second.reload();
  await expect(inFront(desk, second).sheet.choice(one, 'attendance-away')).toBeChecked();
  // Now the one that leads.
  await first.reload();
  for (const tab of [first, second]) await expect(inFront(desk, tab).sheet.choice(one, 'attendance-away')).toBeChecked();
  await desk.online();
  for (const tab of [first, second]) await inFront(desk, tab).shell.isShared();
});

test('a tab that says nothing has to give way, and one that was robbed by such a tab says so', async ({ actor }) => {
  const tablet = await actor('kitchen');
  tablet.complaints.allow(NO_ICON);
  const app = tablet.page;
  const silent = await tablet.context.newPage();
  await silent.goto('/manifest.webmanifest');
  await silent.evaluate(() => void navigator.locks.request('minvei', { steal: true }, () => new Promise(() => undefined)).catch(() => undefined));
  await expect(app.getByRole('heading', { level: 1 })).toHaveText(say('storage-elsewhere-title'), PATIENCE);
  await expect(app.getByRole('alert')).toContainText(say('storage-elsewhere-todo'));
  await noViolations(app);
  await app.getByRole('button', { name: say('storage-elsewhere-use-here') }).click();
  await expect(app.getByRole('heading', { level: 1 })).toHaveText(like('board-title'), PATIENCE);
});
