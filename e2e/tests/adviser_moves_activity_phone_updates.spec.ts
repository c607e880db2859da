// What an adviser changes is on the participant's phone at once; a new participant has her week the
// same day; attendance is taken and taken back.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import { AT_ONCE, expect, test } from '../fixtures/test.ts';
import { exactly, like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { PeoplePages } from '../pages/people.ts';
import { PlanPage } from '../pages/plan.ts';
import { WeekPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';
import { signIn } from '../pages/sign_in.ts';

const TO = { start: '13:30', end: '15:30', place: 'Rom 3' };
const REASON = 'Kokken er syk';

test('a move and a cancellation are on the phone at once, old and new', async ({ actor, server }) => {
  const [phone, desk] = [await actor('participant'), await actor('adviser')];
  const [week, plan] = [new WeekPage(phone), new PlanPage(desk)];
  const today = dayAt(server.now());
  await new Shell(phone).goTo(say('nav-week'));
  const day = await week.openDayWith(2, today);
  const [moved = '', cancelled = ''] = await week.titles();

  await new Shell(desk).goTo(say('nav-plan'));
  await plan.goToWeekOf(day, today);
  await noViolations(desk.page);

  await plan.move(moved, day, TO);
  const was = new RegExp(`${exactly('Flyttet fra')} .+ til 13\\.30–15\\.30, ${exactly(TO.place)}`);
  await expect(week.activity(moved)).toContainText(was, AT_ONCE);
  await expect(plan.change(moved, day)).toContainText('13.30–15.30');
  await expect(plan.change(moved, day)).toContainText(say('sync-shared'));

  await plan.cancel(cancelled, day, REASON);
  const why = say('today-cancelled-because', { reason: REASON });
  await expect(week.activity(cancelled)).toContainText(why, AT_ONCE);
  await noViolations(phone.page);
  await noViolations(desk.page);

  await new Shell(desk).undo();
  await expect(week.activity(cancelled)).not.toContainText(why);
  await expect(plan.change(cancelled, day)).toBeHidden();
});

test('a new participant signs in with her card and has a week', async ({ actor, device, server, size }) => {
  const desk = await actor('adviser');
  const [people, shell] = [new PeoplePages(desk), new Shell(desk)];
  await noViolations(desk.page);
  await people.register('Hodan', 'Warsame');
  await people.group('Mat & Prat').check();
  await people.group('Norsk 1').check();
  await shell.isShared();
  await noViolations(desk.page);
  const card = await people.makeCard('Hodan');

  const phone = await device({ size: size === 'natural' ? 'phone' : size });
  await signIn(phone, card);
  const [week, today] = [new WeekPage(phone), dayAt(server.now())];
  await new Shell(phone).goTo(say('nav-week'));
  await week.openDayWith(2, today);
  await expect(week.activity('Mat & Prat')).toBeVisible();
  await noViolations(phone.page);
});

test('attendance is taken with one tap each, and taken back', async ({ actor }) => {
  const desk = await actor('adviser');
  const [pages, shell] = [new AttendancePages(desk), new Shell(desk)];
  await shell.goTo(say('nav-attendance'));
  await noViolations(desk.page);
  const [first = '', ...others] = await pages.openFirstMissing();
  await pages.choose(first, 'attendance-away');
  await expect(pages.choice(first, 'attendance-away')).toBeChecked();
  await pages.choose(first, 'attendance-here');
  await expect(pages.choice(first, 'attendance-here')).toBeChecked();
  await noViolations(desk.page);

  await shell.undo();
  await expect(pages.choice(first, 'attendance-away')).toBeChecked();
  if (others.length > 0) {
    await desk.page.getByRole('button', { name: say('roll-rest-here') }).click();
    for (const other of others) await expect(pages.choice(other, 'attendance-here')).toBeChecked();
  }
  await shell.isShared();
  await desk.reopen('/attendance');
  await expect(desk.page.getByRole('region', { name: say('roll-done'), exact: true })).toContainText(like('attendance-count'));
});
