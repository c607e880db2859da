// Days that have left the device: fetched when somebody looks, never a guess, and a correction holds.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, daysFrom, isoWeekday } from '../fixtures/calendar.ts';
import { expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { KitchenPage } from '../pages/kitchen.ts';

const SCHOOL = 'Slettebakken skole';

test('a day of long ago says that it is not here, and comes with the network', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  const board = new KitchenPage(tablet);
  const day = schoolDay(daysFrom(dayAt(server.now()), -70));
  await tablet.offline();
  await board.goTo(day);
  await expect(tablet.page.getByText(say('older-away'))).toBeVisible();
  await expect(board.total(day)).toHaveCount(0);
  await noViolations(tablet.page);

  await tablet.online();
  await expect(board.total(day)).toBeVisible();
  await expect(tablet.page.getByText(say('older-away'))).toHaveCount(0);
  expect(await board.packets(day)).toBeGreaterThan(0);

  await test.step('a tick that was forgotten then is made now, and is there when somebody looks again', async () => {
    await board.tick('delivered', SCHOOL).click();
    await board.isTicked('delivered', SCHOOL);
    await expect(board.school(SCHOOL)).toContainText(say('sync-shared'));
    await tablet.page.reload();
    await board.isTicked('delivered', SCHOOL);
  });

  await test.step('on a second tablet too', async () => {
    const other = await actor('kitchen');
    const theirs = new KitchenPage(other);
    await theirs.goTo(day);
    await theirs.isTicked('delivered', SCHOOL);
  });
});

/** The day itself, or the Monday after it. */
function schoolDay(day: string): string {
  const weekday = isoWeekday(day);
  return daysFrom(day, weekday > 5 ? 8 - weekday : 0);
}
