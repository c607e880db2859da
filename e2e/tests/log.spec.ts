// Who did what with whose information: a participant reads it in plain words, staff see what they did
// themselves, the manager all of it, by colleague and by participant.
import { noViolations } from '../fixtures/axe.ts';
import type { Device } from '../fixtures/device.ts';
import { accounts } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { LogPage } from '../pages/log.ts';
import { Shell } from '../pages/shell.ts';

const KARI = 'Kari Nilsen';

test('a participant reads who wrote down whether she was there', async ({ actor }) => {
  const desk = await actor('adviser');
  const name = await marks(desk);
  const participants = accounts().filter(({ role }) => role === 'participant');
  const phone = await actor('participant', { who: participants.findIndex((one) => one.name === name) });
  const log = new LogPage(phone);

  await test.step('in a sentence, with the time and the part the other plays', async () => {
    await log.open('nav-me', 'log-hers-title');
    const line = log.today(say('log-hers-attendance', { who: KARI })).first();
    await expect(line).toContainText(/\d\d\.\d\d/);
    await expect(line).toContainText(say('role-adviser'));
    await noViolations(phone.page);
  });

  await test.step('what is here stays without a network', async () => {
    await phone.offline();
    await expect(new Shell(phone).offlineLine).toBeVisible();
    await expect(log.lines(KARI).first()).toBeVisible();
  });

  await test.step('whoever opens the page then reads that it needs one', async () => {
    await log.open('nav-me', 'log-hers-title');
    await expect(phone.page.getByText(say('log-offline'))).toBeVisible();
    await noViolations(phone.page);
    await phone.online();
    await expect(log.lines(KARI).first()).toBeVisible();
  });
});

test('staff see what they did, and the manager finds it by colleague and by participant', async ({ actor }) => {
  const [desk, phone] = [await actor('adviser'), await actor('teacher')];
  const hers = await marks(desk);
  const his = await marks(phone, hers);
  const mark = (name: string) => `${say('command-attendance-set')}: ${name}`;

  await test.step('the teacher sees what he did, with the name as far as he knows it, and nothing of hers', async () => {
    const log = new LogPage(phone);
    await log.open('nav-more', 'log-own-title');
    await expect(log.today(mark(his)).first()).toBeVisible();
    await expect(log.lines(mark(hers))).toHaveCount(0);
    await expect(phone.page.getByLabel(say('log-by'), { exact: true })).toHaveCount(0);
    await noViolations(phone.page);
  });

  const teacher = phone.user?.name ?? '';
  const manager = await actor('manager');
  const log = new LogPage(manager);
  await log.open('nav-more', 'log-all-title');
  await expect(log.today(`${KARI} (${say('role-adviser')})`).first()).toContainText(mark(hers));
  await expect(log.today(`${teacher} (${say('role-teacher')})`).first()).toBeVisible();
  await noViolations(manager.page);

  await test.step('what Kari did', async () => {
    await log.by(KARI);
    await expect(log.today(mark(hers)).first()).toContainText(KARI);
    await expect(log.lines(teacher)).toHaveCount(0);
    await noViolations(manager.page);
  });

  await test.step('what she did to one participant', async () => {
    await log.about(hers);
    await expect(log.today(mark(hers)).first()).toContainText(KARI);
  });

  await test.step('what the teacher did to her: nothing', async () => {
    await log.by(teacher);
    await expect(log.lines(KARI)).toHaveCount(0);
    await expect(manager.page.getByText(say('log-empty'))).toBeVisible();
    await noViolations(manager.page);
  });
});

/** Somebody writes down that a participant was there, another one than `marked`; gives the name as she reads it. */
async function marks(device: Device, marked = ''): Promise<string> {
  const sheet = new AttendancePages(device);
  await new Shell(device).goTo(say('nav-attendance'));
  const names = await sheet.openFirstMissing();
  // A teacher may read less of a name than the adviser does.
  const name = names.find((one) => one !== marked && !marked.startsWith(`${one} `)) ?? '';
  await sheet.choose(name, 'attendance-here');
  await expect(sheet.row(name)).toContainText(say('sync-shared'));
  return name;
}
