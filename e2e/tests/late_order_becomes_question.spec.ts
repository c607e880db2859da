// What is ordered in time and arrives too late is a question to the kitchen, never lost and never
// silently accepted. Between the two the server is away, and its clock goes past the deadline.
import { noViolations } from '../fixtures/axe.ts';
import { AWKWARD, dayAt, instant, TUESDAY, type Clock } from '../fixtures/calendar.ts';
import { answered } from '../fixtures/complaints.ts';
import { expect, running, test as base } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { OrdersPage } from '../pages/orders.ts';
import { signInAgain } from '../pages/sign_in.ts';

const SCHOOL = 'Slettebakken skole';

/** Twenty minutes before the last deadline that has passed at each moment: noon, a school day ahead. */
const IN_TIME: Record<string, Clock> = {
  [AWKWARD.saturday]: '2026-11-27T11:40+01:00',
  [AWKWARD['christmas-eve']]: '2026-12-18T11:40+01:00',
  [AWKWARD['week-53']]: '2026-12-18T11:40+01:00',
  [AWKWARD['spring-night']]: '2027-03-19T11:40+01:00',
  [AWKWARD['autumn-night']]: '2026-10-23T11:40+02:00',
};

interface Moments {
  readonly inTime: Date;
  readonly tooLate: Date;
}

/** Over a weekend the session of a name and password has ended; the order waits for the next sign-in. */
function sessionIsOver({ inTime, tooLate }: Moments): boolean {
  const TWELVE_HOURS = 12 * 60 * 60 * 1_000;
  return tooLate.getTime() - inTime.getTime() >= TWELVE_HOURS;
}

const test = base.extend<{ moments: Moments }>({
  moments: async ({ clock }, use) => {
    const inTime = IN_TIME[clock];
    await use(
      inTime
        ? { inTime: instant(inTime), tooLate: instant(clock) }
        : { inTime: instant('2026-11-24T11:40+01:00'), tooLate: instant('2026-11-24T13:05+01:00') },
    );
  },
  server: async ({ moments }, use, info) => running(moments.inTime, use, info),
});

test('the kitchen is asked, answers another number, and the school sees it', async ({ actor, clock, moments, server }) => {
  expect([TUESDAY, ...Object.values(AWKWARD)], 'a moment this journey knows').toContain(clock);
  const office = await actor('school');
  const orders = new OrdersPage(office);
  await orders.isOpen();
  const [day = ''] = await orders.changeable(1, dayAt(server.now()));
  const usual = await orders.packets(day);

  await test.step('ordered in time, without a network', async () => {
    await office.offline();
    await orders.type(day, usual + 4);
    await expect(orders.day(day)).toContainText(say('order-not-sent'));
    await noViolations(office.page);
  });

  await server.stop();
  await server.start(moments.tooLate);
  await office.setClock(server.now());
  const tablet = await actor('kitchen');
  const kitchen = new KitchenPage(tablet);
  await kitchen.goTo(day);
  const total = await kitchen.packets(day);

  await test.step('received too late, it is a question with both times', async () => {
    await office.online();
    if (sessionIsOver(moments)) {
      office.complaints.allow(answered(401, '/api/(sync|live)'));
      await signInAgain(office);
    }
    const question = kitchen.question(SCHOOL, '+4');
    await expect(question).toContainText(like('kitchen-late-question', { made: /11\.4\d/, received: /\d\d\.\d\d/ }));
    await expect(orders.day(day)).toContainText(say('order-waiting'));
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total}\\s*matpakker`));
    await noViolations(tablet.page);
    await noViolations(office.page);
  });

  await test.step('the kitchen answers another number', async () => {
    const question = kitchen.question(SCHOOL, '+4');
    await kitchen.answerWith(question, usual + 2);
    await expect(question).toBeHidden();
    await expect(kitchen.total(day)).toHaveText(new RegExp(`^${total + 2}\\s*matpakker`));
    await expect(orders.day(day)).toContainText(like('order-answered-count', { count: usual + 2 }));
    await expect(orders.count(day)).toHaveValue(String(usual + 2));
  });

  await test.step('what is typed after the deadline asks before it is sent', async () => {
    await orders.type(day, usual + 7);
    await expect(orders.day(day)).toContainText(say('order-deadline-ask'));
    await orders.day(day).getByRole('button', { name: say('order-ask-kitchen') }).click();
    // Five more than the two more there are by now.
    const question = kitchen.question(SCHOOL, '+5');
    await question.getByRole('button', { name: say('kitchen-late-no'), exact: true }).click();
    await expect(orders.day(day)).toContainText(like('order-answered-no'));
    await expect(orders.count(day)).toHaveValue(String(usual + 2));
    await noViolations(tablet.page);
  });
});
