// Who did what with whose information: a participant reads it in plain words, staff see what they did
// themselves, the manager all of it, by colleague and by participant.
import { noViolations } from '../fixtures/axe.ts';
import type { Device } from '../fixtures/device.ts';
import { answered } from '../fixtures/complaints.ts';
import { accounts } from '../fixtures/server.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { LogPage } from '../pages/log.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { Shell } from '../pages/shell.ts';
import { answer, tryToSignIn } from '../pages/sign_in.ts';

const KARI = 'Kari Nilsen';
const AMINA = 'Amina Hassan';

test('a participant reads who wrote down whether she was there', async ({ actor }) => {
  const desk = await actor('adviser');
  const name = await marks(desk);
  const participants = accounts().filter(({ role }) => role === 'participant');
  const phone = await actor('participant', { who: participants.findIndex((one) => one.name === name) });
  const log = new LogPage(phone);

  await test.step('in a sentence, with the time, and why she could', async () => {
    await log.open('nav-me', 'log-hers-title');
    const line = log.today(say('log-hers-attendance', { who: KARI })).first();
    await expect(line).toContainText(/\d\d\.\d\d/);
    await expect(line).toContainText(say('log-why', { why: say('log-why-hers-contact') }));
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
  await expect(log.today(mark(hers)).first()).toContainText(say('log-why', { why: say('log-why-contact') }));
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

  await test.step('what the kitchen did to her: nothing', async () => {
    await log.by(account('kitchen').name);
    await expect(log.lines(KARI)).toHaveCount(0);
    await expect(manager.page.getByText(say('log-empty'))).toBeVisible();
    await noViolations(manager.page);
  });
});

test('a participant reads who looked at her, also when that was without a network', async ({ actor }) => {
  const participants = accounts().filter(({ role }) => role === 'participant');
  const who = participants.findIndex(({ name }) => name === AMINA);
  const [desk, kitchen, phone] = [await actor('adviser'), await actor('kitchen'), await actor('participant', { who })];
  const [hers, shell] = [new LogPage(phone), new Shell(desk)];
  const page = say('log-hers-page', { who: KARI });

  await test.step('her adviser opens her page on the train', async () => {
    await shell.goTo(say('nav-participants'));
    await shell.isShared();
    await desk.offline();
    await desk.page.getByRole('link', { name: AMINA, exact: true }).click();
    await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(AMINA);
  });

  await test.step('nothing of hers waits, as far as she can see', async () => {
    await new OutboxPage(desk).open();
    await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(say('outbox-all-shared-title'));
    await noViolations(desk.page);
  });

  await test.step('the participant reads of the list that was opened before, and of nothing else', async () => {
    await hers.open('nav-me', 'log-hers-title');
    await expect(hers.today(say('log-hers-list', { who: KARI }))).toHaveCount(1);
    await expect(hers.lines(page)).toHaveCount(0);
  });

  await test.step('the network is back: she reads that it was looked at, once', async () => {
    await desk.online();
    await shell.isShared();
    await expect(async () => {
      await hers.open('nav-me', 'log-hers-title');
      await expect(hers.today(page)).toHaveCount(1, { timeout: 1_000 });
    }).toPass();
    await noViolations(phone.page);
  });

  await test.step('whoever was in the kitchen only has looked at nobody', async () => {
    await new Shell(kitchen).isShared();
    const manager = await actor('manager');
    const log = new LogPage(manager);
    await log.open('nav-more', 'log-all-title');
    await log.by(account('kitchen').name);
    await expect(manager.page.getByRole('main').getByRole('listitem')).toHaveCount(1);
    await expect(log.today(say('noted-sign-in'))).toHaveCount(1);
    await log.by(KARI);
    await expect(log.today(like('log-list-seen')).first()).toBeVisible();
    await expect(log.today(`${say('log-page-seen')}: ${AMINA}`)).toHaveCount(1);
  });
});

test('a manager looks through what deserves it, and goes back as far as she likes', async ({ actor, device }) => {
  const teacher = account('teacher');
  const guess = await device();
  guess.complaints.allow(answered(401, '/api/sign-in'));
  await guess.page.goto('/sign-in');
  await tryToSignIn(guess, { ...teacher, secret: 'helt feil passord' });
  await expect(answer(guess)).toBeVisible();

  const manager = await actor('manager');
  const log = new LogPage(manager);
  const wrong = `${say('noted-wrong')}: ${teacher.name} (${say('log-tries', { count: 1 })})`;

  await test.step('somebody has tried to sign in as the teacher', async () => {
    await log.open('nav-more', 'log-all-title');
    await log.show('log-review');
    await expect(log.lines(wrong)).toHaveCount(1);
    await noViolations(manager.page);
  });

  await test.step('it has been looked through, and stays so', async () => {
    await log.lookedThrough(wrong);
    await expect(log.lines(wrong)).toHaveCount(0);
    await expect(manager.page.getByText(say('log-review-empty'))).toBeVisible();
    await expect(manager.page.getByRole('heading', { level: 1 })).toBeFocused();
    await log.show('log-everything');
    await expect(log.today(say('noted-reviewed'))).toHaveCount(1);
    await log.show('log-review');
    await expect(manager.page.getByText(say('log-review-empty'))).toBeVisible();
  });

  await test.step('few entries need no way further back', async () => {
    await log.show('log-everything');
    await expect(log.today(wrong)).toHaveCount(1);
    await expect(manager.page.getByRole('button', { name: say('log-older'), exact: true })).toHaveCount(0);
  });
});

test('whoever wants to read further back than the newest entries can', async ({ actor }) => {
  const manager = await actor('manager');
  // More than the server gives at once: each link that is made is an entry.
  const made = await manager.page.evaluate(async () => {
    let made = 0;
    for (let count = 0; count < 220; count++) {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ staff: 'jonas' });
      const answer = await fetch('/api/invitations', { method: 'POST', headers, body });
      if (answer.ok) made++;
    }
    return made;
  });
  expect(made).toBe(220);
  const log = new LogPage(manager);
  await log.open('nav-more', 'log-all-title');
  const invited = log.lines(say('noted-invite'));
  await expect(invited.first()).toBeVisible();
  expect(await invited.count()).toBeLessThanOrEqual(200);
  await manager.page.getByRole('button', { name: say('log-older'), exact: true }).click();
  await expect(invited).toHaveCount(220);
  await expect(manager.page.getByRole('button', { name: say('log-older'), exact: true })).toHaveCount(0);
  await noViolations(manager.page);
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
