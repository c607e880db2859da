// What the server refuses waits in a tray with the reason: it can be corrected, tried again or let
// be, and what was done after it goes through.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, daysFrom, isoWeekday, longDate } from '../fixtures/calendar.ts';
import { expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { PlanPage } from '../pages/plan.ts';
import { Shell } from '../pages/shell.ts';

test('two who change the same activity: the refused changes reach the tray, the queue goes on', async ({ actor, server }) => {
  const [hers, his] = [await actor('adviser'), await actor('adviser', { who: 1 })];
  const [plan, other, outbox, shell] = [new PlanPage(hers), new PlanPage(his), new OutboxPage(hers), new Shell(hers)];
  const today = dayAt(server.now());
  const nextMonday = daysFrom(today, 8 - isoWeekday(today));
  await shell.goTo(say('nav-plan'));
  await new Shell(his).goTo(say('nav-plan'));
  const { day, titles: [ended = '', cancelled = ''] } = await plan.goToDayWith(2, nextMonday, today);
  const later = daysFrom(day, 7);

  await test.step('she changes two dates of one activity offline, and another activity after them', async () => {
    await hers.offline();
    await plan.move(ended, day, { start: '13:30', end: '14:30', place: 'Rom 3' });
    await plan.cancel(cancelled, day, 'Lederen er syk');
    await plan.goToWeekOf(later, day);
    await plan.cancel(ended, later, 'Kurs');
    await outbox.open();
    await expect(outbox.waiting).toHaveCount(3);
    await noViolations(hers.page);
  });

  await test.step('he ends that activity meanwhile', async () => {
    await other.goToWeekOf(daysFrom(day, -7), today);
    await other.endAfter(ended, daysFrom(day, -7));
    await new Shell(his).isShared();
  });

  // Asked for anew each time: the page they stand on is closed and opened in between.
  const move = () => outbox.refused(`${say('command-exception-move')}: ${ended}, ${longDate(day)}`);
  const cancel = () => outbox.refused(`${say('command-exception-cancel')}: ${ended}, ${longDate(later)}`);

  await test.step('back online: two are refused with the reason, the third is with everybody', async () => {
    await hers.online();
    await expect(outbox.tray).toHaveCount(2);
    await expect(move()).toContainText(say('outbox-why', { reason: say('reject-not-planned', { date: longDate(day) }) }));
    await expect(cancel()).toContainText(say('reject-not-planned', { date: longDate(later) }));
    await noViolations(hers.page);
    await other.goToWeekOf(day, daysFrom(day, -7));
    await expect(other.change(cancelled, day)).toContainText('Lederen er syk');
  });

  await test.step('one is let be, the other tried again in vain', async () => {
    await cancel().getByRole('button', { name: say('outbox-dismiss') }).click();
    await expect(outbox.tray).toHaveCount(1);
    await move().getByRole('button', { name: say('outbox-try-again') }).click();
    await expect(move().getByRole('alert')).toContainText(say('reject-not-planned', { date: longDate(day) }));
  });

  await test.step('the tray is kept when the app is closed', async () => {
    await hers.reopen('/outbox');
    await expect(outbox.tray).toHaveCount(1);
  });

  await test.step('the way to correct it leads to the page it was made on', async () => {
    await move().getByRole('link', { name: say('outbox-edit') }).click();
    await expect(hers.page).toHaveURL(new RegExp(`/plan/${daysFrom(day, 1 - isoWeekday(day))}$`));
    await outbox.open();
  });

  await test.step('he takes the end back, and the next try goes through', async () => {
    await his.page.goto('/plan');
    await other.goToWeekOf(daysFrom(day, -7), today);
    await other.goOn(ended, daysFrom(day, -7));
    await new Shell(his).isShared();
    // Her device must have heard of it: until then its own forecast says no.
    await expect(async () => {
      await move().getByRole('button', { name: say('outbox-try-again') }).click();
      await expect(outbox.tray).toHaveCount(0, { timeout: 1_000 });
    }).toPass();
    await shell.isShared();
    await other.goToWeekOf(day, daysFrom(day, -7));
    await expect(other.change(ended, day)).toContainText('13.30–14.30');
  });
});
