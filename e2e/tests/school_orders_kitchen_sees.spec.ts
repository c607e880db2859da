// What a school orders is what the kitchen sees, at once; slips are caught before they are sent.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, daysFrom, isoWeekday, longDate } from '../fixtures/calendar.ts';
import { AT_ONCE, expect, test } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { OrdersPage } from '../pages/orders.ts';
import { Shell } from '../pages/shell.ts';

test('a changed day is in the kitchen at once, a slip is asked about, the impossible is refused', async ({ actor, server }) => {
  const [office, tablet] = [await actor('school'), await actor('kitchen')];
  const [orders, shell, kitchen] = [new OrdersPage(office), new Shell(office), new KitchenPage(tablet)];
  const today = dayAt(server.now());
  await orders.isOpen();
  const [day = '', closed = '', untouched = ''] = await orders.changeable(3, today);
  const usual = await orders.packets(day);
  await kitchen.goTo(day);
  const total = await kitchen.packets(day);
  await noViolations(office.page);

  await test.step('a change has a receipt and is in the kitchen', async () => {
    await orders.type(day, usual - 4);
    const receipt = await orders.receipt(day);
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total - 4}\\s*matpakker`), AT_ONCE);
    expect(receipt).not.toBe('');
    await noViolations(tablet.page);
  });

  await test.step('620 is asked about and corrected', async () => {
    await orders.type(day, 620);
    await expect(orders.day(day)).toContainText(say('order-unusual', { usual, count: 620 }));
    await noViolations(office.page);
    await orders.day(day).getByRole('button', { name: say('order-unusual-change') }).click();
    await expect(orders.count(day)).toHaveValue(String(usual - 4));
    await orders.type(day, usual - 2);
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total - 2}\\s*matpakker`));
  });

  await test.step('a day is closed', async () => {
    await orders.press(closed, say('order-close-day'));
    await orders.receipt(closed);
    await expect(orders.day(closed)).toContainText(say('order-closed'));
    await kitchen.goTo(closed);
    await expect(kitchen.total(closed)).toContainText(say('order-closed'));
  });

  await test.step('what cannot be is refused, and what was typed stays', async () => {
    const stands = await orders.packets(untouched);
    const bounds = say('reject-out-of-range', { field: say('field-count'), min: 0, max: 5000 });
    for (const wrong of [-1, 5001]) {
      await orders.type(untouched, wrong);
      await expect(orders.day(untouched).getByRole('alert')).toHaveText(bounds);
      await expect(orders.count(untouched)).toHaveValue(String(wrong));
    }
    await noViolations(office.page);
    await orders.type(untouched, stands);
    await expect(orders.day(untouched).getByRole('alert')).toBeHidden();
  });

  await test.step('another standing count leaves the days changed by hand alone', async () => {
    const [weekday = ''] = longDate(day).split(' ');
    const standing = Number(await orders.standing(weekday).inputValue());
    await orders.setStanding(weekday, standing + 1);
    await expect(orders.kept(day)).toContainText(String(usual - 2));
    await expect(orders.kept(closed)).toContainText(say('order-closed'));
    await expect(orders.count(day)).toHaveValue(String(usual - 2));
    const others = (await orders.days(today)).filter((other) => other !== day && isoWeekday(other) === isoWeekday(day));
    for (const other of others) await expect(orders.count(other)).toHaveValue(String(standing + 1));

    await shell.undo();
    await expect(orders.standing(weekday)).toHaveValue(String(standing));
    for (const other of others) await expect(orders.count(other)).toHaveValue(String(standing));
    await shell.isShared();
  });

  await test.step('everything is still there after the page was loaded anew', async () => {
    await office.reopen('/orders');
    await expect(orders.count(day)).toHaveValue(String(usual - 2));
    await expect(orders.day(closed)).toContainText(say('order-closed'));
    expect(daysFrom(day, 1) <= closed, 'the days are in order').toBe(true);
  });
});
