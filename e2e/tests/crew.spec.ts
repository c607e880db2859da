// One tablet, several hands: a PIN says who ticks, without a network too, and gives nobody a right.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import { AT_ONCE, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { Bench } from '../pages/bench.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { Shell } from '../pages/shell.ts';

const ONE = 'Slettebakken skole';
const OTHER = 'Fridalen skole';
const AMINA = { alias: 'Amina K', pin: '2580' };
const SELAM = { alias: 'Selam', pin: '1470' };
const FIVE_MINUTES = '05:06';

const tickedBy = ({ alias }: { alias: string }) => like('kitchen-step-by', { name: alias });

for (const size of ['phone', 'tablet'] as const) {
  test(`${size}: two share a tablet, and what each ticks says who it was`, async ({ actor, server }) => {
    const tablet = await actor('kitchen', { size });
    const [board, bench] = [new KitchenPage(tablet), new Bench(tablet)];
    const today = dayAt(server.now());
    await board.isOf(today);

    await test.step('where there is no crew, nobody is asked', async () => {
      await board.tick('made', ONE).click();
      await board.isTicked('made', ONE);
      await expect(bench.strip).toBeHidden();
      await expect(bench.crew).toContainText(say('crew-none'));
    });

    await test.step('two are added', async () => {
      await bench.add(AMINA.alias, AMINA.pin, 'crew-symbol-sun');
      await bench.add(SELAM.alias, SELAM.pin, 'crew-symbol-cup');
      await noViolations(tablet.page);
    });

    await test.step('without a network: a wrong PIN, the right one, and what was tapped is done', async () => {
      await tablet.offline();
      await board.tick('packed', ONE).click();
      await expect(bench.face(AMINA.alias)).toBeVisible();
      await noViolations(tablet.page);
      await bench.face(AMINA.alias).click();
      await bench.typeWrong(SELAM.pin, 'crew-wrong');
      await noViolations(tablet.page);
      await expect(board.tick('packed', ONE)).toHaveAttribute('aria-pressed', 'false');
      await bench.type(AMINA.pin);
      await expect(bench.question).toBeHidden();
      await board.isTicked('packed', ONE);
      await expect(board.school(ONE)).toContainText(tickedBy(AMINA));
      await board.tick('packed', OTHER).click();
      await expect(board.school(OTHER)).toContainText(tickedBy(AMINA));
    });

    await test.step('another takes her place', async () => {
      await bench.strip.getByRole('button', { name: say('crew-switch'), exact: true }).click();
      await bench.isShe(SELAM.alias, SELAM.pin);
      await board.tick('loaded', OTHER).click();
      await expect(board.school(OTHER)).toContainText(tickedBy(SELAM));
      await noViolations(tablet.page);
    });

    await test.step('left alone, the board can be read and names nobody, and the next tap asks again', async () => {
      await tablet.context.clock.fastForward(FIVE_MINUTES);
      await expect(bench.asksButton).toBeVisible();
      await expect(board.total(today)).toBeVisible();
      for (const { alias } of [AMINA, SELAM]) await expect(board.school(OTHER)).not.toContainText(alias);
      await noViolations(tablet.page);
      await board.tick('delivered', OTHER).click();
      await expect(bench.question).toBeVisible();
      await tablet.page.keyboard.press('Escape');
      await expect(bench.question).toBeHidden();
      await expect(board.tick('delivered', OTHER)).toHaveAttribute('aria-pressed', 'false');
    });

    await test.step('shared, everybody in the kitchen and the manager read who it was', async () => {
      await tablet.online();
      await new Shell(tablet).isShared();
      const manager = await actor('manager');
      await manager.page.goto('/kitchen');
      const hers = new KitchenPage(manager);
      await expect(hers.school(ONE)).toContainText(tickedBy(AMINA));
      await expect(hers.school(OTHER)).toContainText(tickedBy(SELAM));
      await noViolations(manager.page);
      await new Bench(manager).end(SELAM.alias);
      await bench.asksButton.click();
      await expect(bench.face(AMINA.alias)).toBeVisible();
      await expect(bench.face(SELAM.alias)).toHaveCount(0, AT_ONCE);
    });
  });
}

test('five wrong PINs make her wait, on a page that is loaded anew too, and a new PIN fits', async ({ actor }) => {
  const tablet = await actor('kitchen');
  const bench = new Bench(tablet);
  await bench.add(AMINA.alias, AMINA.pin, 'crew-symbol-key');
  await bench.asksButton.click();
  await bench.face(AMINA.alias).click();
  for (const wrong of ['0001', '0002', '0003', '0004']) await bench.typeWrong(wrong, 'crew-wrong');
  await bench.typeWrong('0005', 'crew-wait');
  await bench.typeWrong(AMINA.pin, 'crew-wait');

  await tablet.page.reload();
  await bench.asksButton.click();
  await bench.face(AMINA.alias).click();
  await bench.typeWrong(AMINA.pin, 'crew-wait');
  await tablet.context.clock.fastForward(FIVE_MINUTES);
  // The tablet has closed, and the question with it.
  await expect(bench.question).toBeHidden();
  await bench.asksButton.click();
  await bench.isShe(AMINA.alias, AMINA.pin);

  await bench.setPin(AMINA.alias, '9876');
  await bench.asksButton.click();
  await bench.face(AMINA.alias).click();
  await bench.typeWrong(AMINA.pin, 'crew-wrong');
  await bench.type('9876');
  await expect(bench.strip).toContainText(AMINA.alias);
});
