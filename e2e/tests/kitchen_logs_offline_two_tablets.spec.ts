// Two tablets without a network: what is ticked on both is one truth once they are back.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, longDate } from '../fixtures/calendar.ts';
import { AT_ONCE, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { KitchenPage, type Step } from '../pages/kitchen.ts';
import { OrdersPage } from '../pages/orders.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { Shell } from '../pages/shell.ts';

const ONE = 'Slettebakken skole';
const OTHER = 'Fridalen skole';

type Tick = readonly [Step, string];

/** What is ticked on each tablet: one step on both, the others on one. */
const LEFT: readonly Tick[] = [['made', ONE], ['made', OTHER]];
const RIGHT: readonly Tick[] = [['made', ONE], ['packed', ONE], ['delivered', ONE]];

test('two tablets tick offline, are closed and opened, and agree when the network is back', async ({ actor, server }) => {
  const office = await actor('school');
  const today = dayAt(server.now());
  const tablets = [];
  let day = today;
  for (const ticks of [LEFT, RIGHT]) {
    const tablet = await actor('kitchen');
    const board = new KitchenPage(tablet);
    day = await board.goToNextDelivery(today);
    tablets.push({ tablet, board, ticks });
  }

  for (const { tablet, board, ticks } of tablets) {
    await tablet.offline();
    for (const [step, school] of ticks) {
      await board.tick(step, school).click();
      await board.isTicked(step, school);
      await expect(board.school(school)).toContainText(say('sync-saved-here'));
    }
    await noViolations(tablet.page);

    const outbox = new OutboxPage(tablet);
    await outbox.open();
    await expect(outbox.waiting).toHaveCount(ticks.length);
    for (const [, school] of ticks) {
      const name = `${say('command-packing-tick')}: ${school}, ${longDate(day)}`;
      await expect(outbox.waiting.filter({ hasText: name }).first()).toBeVisible();
    }
    await noViolations(tablet.page);
  }

  for (const { tablet, board, ticks } of tablets) {
    await tablet.reopen(`/kitchen/${day}`);
    for (const [step, school] of ticks) await board.isTicked(step, school);
    await expect(new Shell(tablet).offlineLine).toBeVisible();
  }

  for (const { tablet } of tablets) await tablet.online();
  for (const { tablet, board } of tablets) {
    await new Shell(tablet).isShared();
    for (const [step, school] of [...LEFT, ...RIGHT]) await board.isTicked(step, school);
    await expect(board.tick('loaded', OTHER)).toHaveAttribute('aria-pressed', 'false');
    await expect(board.school(ONE)).toContainText(say('sync-shared'));
  }

  const delivered = like('desk-step-at', { step: say('kitchen-step-delivered') });
  await expect(new OrdersPage(office).day(day)).toContainText(delivered, AT_ONCE);
  await noViolations(office.page);
});

test('two tablets that disagree about a tick name both answers, and one tap settles it on both', async ({ actor, server }) => {
  const tablets = [await actor('kitchen'), await actor('kitchen')];
  const boards = tablets.map((tablet) => new KitchenPage(tablet));
  const [left, right] = boards as [KitchenPage, KitchenPage];
  const today = dayAt(server.now());
  for (const board of boards) await board.goToNextDelivery(today);

  for (const tablet of tablets) await tablet.offline();
  await left.tick('packed', ONE).click();
  await left.isTicked('packed', ONE);
  await right.tick('packed', ONE).click();
  await right.isTicked('packed', ONE);
  await right.tick('packed', ONE).click();
  await expect(right.tick('packed', ONE)).toHaveAttribute('aria-pressed', 'false');

  for (const tablet of tablets) {
    await tablet.online();
    await new Shell(tablet).isShared();
  }
  const packed = say('kitchen-step-packed');
  const title = say('board-tick-disputed', { step: packed });
  for (const [board, tablet] of boards.map((board, at) => [board, tablets[at]!] as const)) {
    await expect(board.school(ONE)).toContainText(title, AT_ONCE);
    await expect(board.tick('packed', ONE)).toHaveAttribute('aria-pressed', 'mixed');
    await expect(board.tick('packed', ONE)).toBeDisabled();
    await noViolations(tablet.page);
  }

  const choice = say('desk-button-for', { button: packed, day: ONE });
  await left.school(ONE).getByRole('button', { name: choice, exact: true }).click();
  for (const board of boards) {
    await board.isTicked('packed', ONE);
    await expect(board.school(ONE)).not.toContainText(title);
  }
});
