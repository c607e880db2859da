// When the ordinary way is closed: no sockets, no network by choice, a queue that is carried in a file.
import { readFileSync } from 'node:fs';
import { noViolations } from '../fixtures/axe.ts';
import { NO_NETWORK, NO_SOCKET } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { Front } from '../fixtures/new_release.ts';
import { account, AT_ONCE, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { Shell } from '../pages/shell.ts';
import { signIn } from '../pages/sign_in.ts';

/** Opens the first session nobody has registered; gives its address and a name on it. */
async function openSheet(device: Device): Promise<{ sheet: AttendancePages; path: string; name: string }> {
  await new Shell(device).goTo(say('nav-attendance'));
  const sheet = new AttendancePages(device);
  const [name = ''] = await sheet.openFirstMissing();
  return { sheet, path: new URL(device.page.url()).pathname, name };
}

test('where sockets do not get through, what changes comes all the same', async ({ actor, device, server }) => {
  const front = await Front.of(server.port);
  const tablet = await device({ size: 'tablet' }, { port: front.port, now: () => server.now() });
  tablet.complaints.allow(NO_SOCKET);
  await signIn(tablet, account('adviser'));
  const seen = await openSheet(tablet);
  await new Shell(tablet).isShared();
  const other = await actor('adviser');
  await other.page.goto(seen.path);
  await new AttendancePages(other).choose(seen.name, 'attendance-away');
  await expect(seen.sheet.choice(seen.name, 'attendance-away')).toBeChecked();
  front.close();
});

test('whoever wants to works without the network, until she wants it again', async ({ actor }) => {
  const desk = await actor('adviser');
  const shell = new Shell(desk);
  const { sheet, path, name } = await openSheet(desk);
  await desk.page.goto('/more');
  await desk.page.getByRole('button', { name: say('more-alone') }).click();
  await expect(desk.page.getByText(say('sync-alone'))).toBeVisible();
  await noViolations(desk.page);
  await desk.page.goto(path);
  // Nothing is asked of the server: she opens the page herself.
  await desk.shows();
  await expect(desk.page.getByText(say('sync-alone')), 'the choice is remembered').toBeVisible();
  await sheet.choose(name, 'attendance-away');
  await expect(desk.page.getByText(say('sync-saved-here'), { exact: true })).toBeVisible();
  const other = await actor('adviser');
  await other.page.goto(path);
  await expect(new AttendancePages(other).choice(name, 'attendance-away')).not.toBeChecked();
  await desk.page.getByRole('button', { name: say('sync-alone-end') }).click();
  await shell.isShared();
  await expect(new AttendancePages(other).choice(name, 'attendance-away')).toBeChecked();
});

test('whoever works without the network shares at once when she asks for it', async ({ actor }) => {
  const desk = await actor('adviser');
  const { sheet, path, name } = await openSheet(desk);
  await desk.page.goto('/more');
  await desk.page.getByRole('button', { name: say('more-alone') }).click();
  await desk.page.goto(path);
  await desk.shows();
  await sheet.choose(name, 'attendance-away');
  const outbox = new OutboxPage(desk);
  await outbox.open();
  await expect(outbox.waiting).toHaveCount(1);
  // Coming back to the app shares nothing here.
  await desk.page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
  await expect(desk.page.getByText(say('sync-alone'))).toBeVisible();
  await expect(outbox.waiting).toHaveCount(1);
  await outbox.shareNow();
  await new Shell(desk).isShared();
  await expect(outbox.waiting).toHaveCount(0);
  await expect(desk.page.getByText(say('sync-alone'))).toHaveCount(0);
  const other = await actor('adviser');
  await other.page.goto(path);
  await expect(new AttendancePages(other).choice(name, 'attendance-away')).toBeChecked();
});

test('after many tries in vain she need not wait for the next', async ({ actor, device, server }) => {
  const front = await Front.of(server.port);
  const desk = await device({ size: 'desktop' }, { port: front.port, now: () => server.now() });
  desk.complaints.allow(NO_NETWORK, NO_SOCKET);
  await signIn(desk, account('adviser'));
  await new Shell(desk).isShared();
  const { sheet, path, name } = await openSheet(desk);
  front.cutApi();
  await sheet.choose(name, 'attendance-away');
  const outbox = new OutboxPage(desk);
  await outbox.open();
  await expect.poll(() => front.asked.filter((path) => path === '/api/sync').length).toBeGreaterThan(2);
  // From now on no pause between two tries ends: her clock stands still.
  await desk.context.clock.pauseAt(new Date(server.now().getTime() + 1_000));
  // What the clock had set off before comes to nothing, too.
  await desk.page.waitForTimeout(1_000);
  front.mendApi();
  front.asked = [];
  await desk.page.waitForTimeout(AT_ONCE.timeout);
  expect(front.asked, 'nothing is sent by itself').toEqual([]);
  await expect(outbox.waiting).toHaveCount(1);
  await outbox.shareNow();
  await new Shell(desk).isShared(AT_ONCE);
  await expect(outbox.waiting).toHaveCount(0);
  const other = await actor('adviser');
  await other.page.goto(path);
  await expect(new AttendancePages(other).choice(name, 'attendance-away')).toBeChecked();
  front.close();
});

test('a queue that never gets through is carried to a desk in a file', async ({ actor }) => {
  const stranded = await actor('teacher');
  const { sheet, path, name } = await openSheet(stranded);
  await stranded.offline();
  await sheet.choose(name, 'attendance-away');
  const outbox = new OutboxPage(stranded);
  await outbox.open();
  await expect(outbox.waiting).toHaveCount(1);
  await stranded.page.getByText(say('outbox-rescue')).click();
  await noViolations(stranded.page);
  const saving = stranded.page.waitForEvent('download');
  await stranded.page.getByRole('button', { name: say('outbox-rescue-save') }).click();
  const file = await (await saving).path();
  expect(readFileSync(file, 'utf8'), 'nothing in it can be read').not.toMatch(/attendance|away/);

  const desk = await actor('adviser');
  await desk.page.goto('/more');
  const field = desk.page.getByLabel(say('more-rescue-file'), { exact: true });
  await field.setInputFiles(file);
  await expect(desk.page.getByText(like('more-rescue-done', { applied: 1, refused: 0 }))).toBeVisible();
  await noViolations(desk.page);
  await field.setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  desk.complaints.allow(/status of 400 .*rescue/);
  await expect(desk.page.getByRole('alert')).toHaveText(say('more-rescue-unreadable'));

  await stranded.online();
  await new Shell(stranded).isShared();
  await stranded.page.goto(path);
  await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
  await expect(stranded.page.getByText(like('roll-two-answers')), 'it happened once').toHaveCount(0);
});

test('from one list of names straight to another, a mark goes to the one on the screen', async ({ actor }) => {
  const desk = await actor('adviser');
  await new Shell(desk).goTo(say('nav-attendance'));
  const missing = desk.page.getByRole('region', { name: say('roll-not-yet') }).getByRole('link');
  const [first = '', second = ''] = await missing.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  const sheet = new AttendancePages(desk);
  await missing.first().click();
  await expect(desk.page).toHaveURL(first);
  // As a link in a message would, or two steps back: there is no page between the two lists.
  await desk.page.evaluate((path) => {
    const link = document.createElement('a');
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, second);
  await expect(desk.page).toHaveURL(second);
  const away = desk.page.getByRole('radio', { name: new RegExp(`^${say('attendance-away')} – `) });
  const label = (await away.first().getAttribute('aria-label')) ?? '';
  const name = label.replace(/^.* – /, '');
  await sheet.choose(name, 'attendance-away');
  await new Shell(desk).isShared();
  await desk.page.goto(second);
  await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
  await desk.page.goto(first);
  await expect(desk.page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
  for (const wrong of await sheet.choice(name, 'attendance-away').all()) await expect(wrong).not.toBeChecked();
});
