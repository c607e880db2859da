// Two say different things of the same while neither has a network: nobody's word takes the place of the
// other's, both stand on both devices, and whoever chooses settles it for all.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import type { Device } from '../fixtures/device.ts';
import { expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { OrdersPage } from '../pages/orders.ts';
import { Shell } from '../pages/shell.ts';

const SCHOOL = 'Slettebakken skole';

test('one was here and was away: both answers stand with their names, and the one that is chosen holds', async ({ actor }) => {
  const [desk, phone] = [await actor('adviser'), await actor('teacher')];
  const [hers, his] = [new AttendancePages(desk), new AttendancePages(phone)];
  await new Shell(phone).goTo(say('nav-attendance'));
  const called = await his.openFirstMissing();
  const { pathname } = new URL(phone.page.url());
  await desk.page.goto(pathname);
  // A teacher may read less of a name than the adviser does.
  const isCalled = (name: string) => called.some((short) => name === short || name.startsWith(`${short} `));
  const full = (await hers.names()).find(isCalled) ?? '';
  const short = called.find((one) => full === one || full.startsWith(`${one} `)) ?? '';

  await test.step('neither has a network, and each marks what she has seen', async () => {
    for (const device of [desk, phone]) await device.offline();
    await hers.choose(full, 'attendance-here');
    await his.choose(short, 'attendance-away');
    for (const device of [desk, phone]) {
      await expect(device.page.getByText(say('sync-saved-here'), { exact: true })).toBeVisible();
    }
  });

  await test.step('back online: both answers on both devices, and neither is chosen', async () => {
    // One after the other, so that the answers have an order.
    for (const device of [desk, phone]) {
      await device.online();
      await new Shell(device).isShared();
    }
    const both = [answer('attendance-here', desk), answer('attendance-away', phone)].map(({ source }) => source);
    for (const [device, sheet, name] of [[desk, hers, full], [phone, his, short]] as const) {
      await expect(sheet.row(name)).toContainText(like('roll-two-answers', { answers: new RegExp(both.join(', ')) }));
      for (const choice of ['attendance-here', 'attendance-away']) await expect(sheet.choice(name, choice)).not.toBeChecked();
      await expect(device.page.getByText(say('roll-count-disputed', { count: 1 }))).toBeVisible();
      await noViolations(device.page);
    }
  });

  await test.step('she chooses his answer, and it holds on both, also when the page is loaded anew', async () => {
    await hers.choose(full, 'attendance-away');
    await hold();
    await new Shell(desk).isShared();
    for (const { page } of [desk, phone]) await page.reload();
    await hold();
  });

  async function hold(): Promise<void> {
    for (const [sheet, name] of [[hers, full], [his, short]] as const) {
      await expect(sheet.choice(name, 'attendance-away')).toBeChecked();
      await expect(sheet.row(name)).not.toContainText(like('roll-two-answers'));
    }
  }
});

test('two desks of a school order differently: the kitchen makes the larger until one is chosen', async ({ actor, server }) => {
  const [left, right, tablet] = [await actor('school'), await actor('school'), await actor('kitchen')];
  const [orders, others, kitchen] = [new OrdersPage(left), new OrdersPage(right), new KitchenPage(tablet)];
  const today = dayAt(server.now());
  await orders.isOpen();
  const [day = ''] = await orders.changeable(1, today);
  const usual = await orders.packets(day);
  const [fewer, more] = [usual - 4, usual + 3];
  await kitchen.goTo(day);
  const total = await kitchen.packets(day);
  const choose = (count: number) => say('desk-choose', { answer: say('order-packets', { count }) });

  await test.step('both change the same day without a network', async () => {
    await others.isOpen();
    for (const [device, page, count] of [[left, orders, fewer], [right, others, more]] as const) {
      await device.offline();
      await page.type(day, count);
      const waits = device.page.getByRole('banner').getByRole('link', { name: like('sync-chip-offline-count', { count: 1 }) });
      await expect(waits).toBeVisible();
    }
  });

  await test.step('back online: each desk has both answers, with a button each', async () => {
    await left.online();
    await orders.receipt(day);
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total - 4}\\s*matpakker`));
    await right.online();
    for (const [device, page] of [[left, orders], [right, others]] as const) {
      await new Shell(device).isShared();
      await expect(page.day(day)).toContainText(say('kitchen-two-answers'));
      for (const count of [fewer, more]) await expect(page.button(day, choose(count))).toBeVisible();
      await noViolations(device.page);
    }
  });

  await test.step('the kitchen sees both, and makes the larger number', async () => {
    const school = kitchen.school(SCHOOL);
    await expect(school).toContainText(say('desk-two-answers'));
    for (const count of [fewer, more]) await expect(school).toContainText(say('order-packets', { count }));
    await expect(school).toContainText(say('board-counts-larger', { count: more }));
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total + 3}\\s*matpakker`));
    await noViolations(tablet.page);
  });

  await test.step('the smaller one is chosen: it holds on both desks and in the kitchen', async () => {
    await others.press(day, choose(fewer));
    for (const page of [orders, others]) {
      await expect(page.day(day)).not.toContainText(say('kitchen-two-answers'));
      await expect(page.count(day)).toHaveValue(String(fewer));
      await page.receipt(day);
    }
    await expect(kitchen.school(SCHOOL)).not.toContainText(say('desk-two-answers'));
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total - 4}\\s*matpakker`));
  });
});

/** What one of them has said, by her name. */
function answer(mark: string, { user }: Device): RegExp {
  return like('roll-answer-by', { answer: say(mark), name: user?.name ?? '', time: /\d\d\.\d\d/ });
}
