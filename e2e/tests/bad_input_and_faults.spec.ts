// Everything that can go wrong gets a plain answer and loses nothing.
import { answered, NO_NETWORK } from '../fixtures/complaints.ts';
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, daysFrom, isoWeekday, longDate } from '../fixtures/calendar.ts';
import type { Device } from '../fixtures/device.ts';
import { Front } from '../fixtures/new_release.ts';
import { Room } from '../fixtures/room.ts';
import { account, expect, test, type Role } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { OrdersPage } from '../pages/orders.ts';
import { TodayPage } from '../pages/participant.ts';
import { PeoplePages } from '../pages/people.ts';
import { PlanPage } from '../pages/plan.ts';
import { Shell } from '../pages/shell.ts';
import { answer, signIn, tryToSignIn } from '../pages/sign_in.ts';

const A_DAY = 24 * 60 * 60 * 1_000;
/** What the browser asks for beside an address that is no page of the app. */
const NO_ICON = answered(404, '/favicon.ico');

/** The page says what is wrong and what to do, and offers one button. */
async function isStopped({ page }: Device, trouble: string, button: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say(`storage-${trouble}-title`));
  await expect(page.getByRole('alert')).toContainText(say(`storage-${trouble}-todo`));
  await expect(page.getByRole('button', { name: button, exact: true })).toBeVisible();
  await noViolations(page);
}

test('a wrong PIN is said plainly, and after five tries one has to wait', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  phone.complaints.allow(answered(401, '/api/sign-in'), answered(429, '/api/sign-in'));
  const right = account('participant');
  await phone.page.goto('/');
  await noViolations(phone.page);
  for (let tries = 0; tries < 5; tries += 1) {
    await tryToSignIn(phone, { ...right, secret: '0000' });
    // The sentence of the try before stands there until this one is answered.
    await expect(phone.page.getByRole('button', { name: say('auth-sign-in') })).toBeEnabled();
    await expect(answer(phone)).toHaveText(say('auth-wrong-pin'));
  }
  await noViolations(phone.page);
  // The first wait is a second, and over before a slow machine has tried again: the next are longer.
  await expect(async () => {
    await tryToSignIn(phone, { ...right, secret: '0000' });
    await expect(answer(phone)).toHaveText(/^For mange forsøk\. Vent \d+ sekund(er)?\.$/, { timeout: 500 });
  }).toPass();
  // The right one after the wait: nothing is held against her for good.
  await expect(async () => {
    await tryToSignIn(phone, right);
    await expect(new TodayPage(phone).heading).toBeVisible({ timeout: 2_000 });
  }).toPass();
});

test('a card code is read as people write it', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  const card = account('participant');
  await phone.page.goto('/');
  await tryToSignIn(phone, { ...card, login: ` ${card.login.toLowerCase().replace(/-/g, ' ')} ` });
  await expect(new TodayPage(phone).heading).toBeVisible();
});

test('a browser that stores nothing is told to open another window', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  await phone.context.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
  });
  await phone.page.goto('/');
  await tryToSignIn(phone, account('participant'));
  await isStopped(phone, 'missing', say('action-retry'));
});

test('an old tab that meets a newer database asks to be loaded anew', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  await phone.page.goto('/sign-in');
  await phone.page.evaluate(openAs, 2);
  await tryToSignIn(phone, account('participant'));
  await isStopped(phone, 'newer', say('storage-reload'));
});

test('a tab that is open makes room for a newer build of the app', async ({ actor }) => {
  const phone = await actor('participant');
  phone.complaints.allow(NO_ICON);
  const newer = await phone.context.newPage();
  await newer.goto('/manifest.webmanifest');
  await newer.evaluate(openAs, 2);
  await isStopped(phone, 'newer', say('storage-reload'));
});

test('a database another tab holds on to is not waited for in silence', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  phone.complaints.allow(NO_ICON);
  await phone.page.goto('/sign-in');
  const other = await phone.context.newPage();
  await other.goto('/manifest.webmanifest');
  // A deletion that cannot begin while a connection stays open; everybody after it waits.
  await other.evaluate(openAs, 1);
  await other.evaluate(() => void indexedDB.deleteDatabase('minvei'));
  await tryToSignIn(phone, account('participant'));
  await isStopped(phone, 'blocked', say('action-retry'));
});

test('a device that is full says so, and what is done is kept once there is room', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  const [kitchen, shell] = [new KitchenPage(tablet), new Shell(tablet)];
  await kitchen.isOf(dayAt(server.now()));
  await tablet.page.evaluate(fill);
  await kitchen.tick('made', 'Fridalen skole').click();
  await expect(tablet.page.getByText(say('storage-full-title'))).toBeVisible();
  await noViolations(tablet.page);
  await tablet.page.evaluate(() => window.makeRoom?.());
  await kitchen.tick('made', 'Slettebakken skole').click();
  await shell.isShared();
  await tablet.reopen('/kitchen');
  for (const school of ['Fridalen skole', 'Slettebakken skole']) await kitchen.isTicked('made', school);
});

/** An adviser before a list of names and without a network, and the room there is on her device. */
async function beforeNames(desk: Device): Promise<{ room: Room; sheet: AttendancePages; path: string; names: string[] }> {
  const room = await Room.on(desk);
  await signIn(desk, account('adviser'));
  await desk.keepsTheApp();
  await new Shell(desk).goTo(say('nav-attendance'));
  const sheet = new AttendancePages(desk);
  const names = await sheet.openFirstMissing();
  const { pathname: path } = new URL(desk.page.url());
  await desk.offline();
  return { room, sheet, path, names };
}

/** Names, and what was said of them. */
type Marks = Map<string, string>;

/** She marks one after the other until there is no room; gives what was said last, and what was saved of it. */
async function meetsTheLimit(desk: Device, { room, sheet, names }: Awaited<ReturnType<typeof beforeNames>>): Promise<{ said: Marks; saved: Marks }> {
  const said: Marks = new Map();
  const saved: Marks = new Map();
  const isFull = desk.page.getByText(say('storage-full-title'));
  const mark = async (name: string) => {
    said.set(name, said.get(name) === 'attendance-away' ? 'attendance-here' : 'attendance-away');
    await sheet.choose(name, said.get(name) ?? '');
  };
  const isSaved = (name: string) => sheet.row(name).getByText(say('sync-saved-here'), { exact: true });
  const note = async (name: string) => {
    if (await isSaved(name).isVisible()) saved.set(name, said.get(name) ?? '');
  };
  // The browser reckons in pieces of some thousand bytes: how many fit into these, it alone knows.
  await room.leaves(600);
  for (let turn = 0; turn < 40 && !(await isFull.isVisible()); turn += 1) {
    const name = names[turn % names.length] ?? '';
    await mark(name);
    await expect(isSaved(name).or(isFull).first()).toBeVisible();
    await note(name);
  }
  // Now not even giving something up helps.
  await room.leaves(-200_000);
  for (const name of said.keys()) await note(name);
  for (const name of names) {
    await mark(name);
    await expect(sheet.row(name)).toContainText(say('sync-saving'));
  }
  await expect(isFull).toBeVisible();
  expect(saved.size, 'marks that were saved').toBeGreaterThan(0);
  return { said, saved };
}

test('at the limit of the browser, what was called saved is there after the page was loaded anew, and nothing else', async ({ device }) => {
  const desk = await device({ size: 'tablet' });
  const place = await beforeNames(desk);
  const { saved } = await meetsTheLimit(desk, place);
  await desk.reload();
  await isStopped(desk, 'full', say('action-retry'));
  await place.room.isThere();
  // The rows may have been given up for the queue: they come back with the network. It is there before the page begins
  // anew, which would else ask her for the password.
  await desk.online();
  await desk.page.getByRole('button', { name: say('action-retry'), exact: true }).click();
  await new Shell(desk).isShared();
  for (const name of place.names) {
    for (const as of ['attendance-away', 'attendance-here']) {
      await expect(place.sheet.choice(name, as)).toBeChecked({ checked: saved.get(name) === as });
    }
  }
});

test('when the limit of the browser is lifted, what did not fit is saved and shared by itself', async ({ actor, device }) => {
  const desk = await device({ size: 'tablet' });
  const place = await beforeNames(desk);
  const { said } = await meetsTheLimit(desk, place);
  await place.room.isThere();
  // The longest pause between two tries is half a minute.
  await expect(desk.page.getByText(say('storage-full-title'))).toHaveCount(0, { timeout: 35_000 });
  await expect(desk.page.getByText(say('sync-saved-here'), { exact: true })).toHaveCount(place.names.length);
  await desk.online();
  await new Shell(desk).isShared();
  const other = await actor('adviser');
  await other.page.goto(place.path);
  for (const [name, as] of said) await expect(new AttendancePages(other).choice(name, as)).toBeChecked();
});

test('at the limit of the browser, what the server has makes room for what it has not', async ({ device }) => {
  const desk = await device({ size: 'tablet' });
  const { room, sheet, names } = await beforeNames(desk);
  // Less than the smallest command takes.
  await room.leaves(200);
  for (const name of names) {
    await sheet.choose(name, 'attendance-away');
    await expect(sheet.row(name)).toContainText(say('sync-saved-here'));
  }
});

/** What each does without a network, and how many commands that is at the least. */
const DONE: readonly [Role, number, (device: Device, today: string) => Promise<void>][] = [
  ['adviser', 7, async (desk, today) => {
    const [shell, sheet, plan, people] = [new Shell(desk), new AttendancePages(desk), new PlanPage(desk), new PeoplePages(desk)];
    await shell.goTo(say('nav-attendance'));
    const [name = ''] = await sheet.openFirstMissing();
    for (const as of ['attendance-away', 'attendance-here']) await sheet.choose(name, as);
    await shell.undo();
    await shell.goTo(say('nav-plan'));
    const { day, titles: [moved = '', cancelled = ''] } = await plan.goToDayWith(2, daysFrom(today, 8 - isoWeekday(today)), today);
    await plan.move(moved, day, { start: '13:30', end: '14:30', place: 'Rom 3' });
    await plan.cancel(cancelled, day, 'Kurs');
    await shell.goTo(say('nav-participants'));
    await people.register('Hodan', 'Warsame');
    await people.group('Norsk 1').check();
  }],
  ['school', 3, async (office, today) => {
    const orders = new OrdersPage(office);
    const [day = '', closed = ''] = await orders.changeable(2, today);
    await orders.type(day, (await orders.packets(day)) - 3);
    await orders.press(closed, say('order-close-day'));
    const [weekday = ''] = longDate(day).split(' ');
    await orders.setStanding(weekday, Number(await orders.standing(weekday).inputValue()) + 1);
  }],
  ['kitchen', 3, async (tablet, today) => {
    const kitchen = new KitchenPage(tablet);
    await kitchen.isOf(today);
    // Ticked, and the second tick taken back.
    for (const step of ['made', 'packed', 'packed'] as const) await kitchen.tick(step, 'Fridalen skole').click();
  }],
];

for (const [role, least, does] of DONE) {
  test(`whatever the ${role} does is written so that no power cut takes it away`, async ({ device, server }) => {
    const somebody = await device();
    const { page } = somebody;
    await somebody.context.addInitScript(watchQueue);
    await signIn(somebody, account(role));
    await new Shell(somebody).isSettled();
    await somebody.offline();
    await does(somebody, dayAt(server.now()));
    const chip = page.getByRole('banner').getByRole('link', { name: like('sync-chip-offline-count') });
    const count = async () => Number(/\d+/.exec(await chip.innerText())?.[0]);
    await expect.poll(count).toBeGreaterThanOrEqual(least);
    const done = await count();
    await somebody.online();
    await new Shell(somebody).isShared();
    const writes = await page.evaluate(() => window.queueWrites?.filter(({ commands }) => commands > 0) ?? []);
    // Whom she has looked at is written too, and not counted as work.
    const seen = writes.reduce((sum, { commands }) => sum + commands, 0);
    expect(seen, 'every command was seen on its way to the disk').toBeGreaterThanOrEqual(done);
    expect(writes.filter(({ durability }) => durability !== 'strict'), `not strict, of ${writes.length}`).toEqual([]);
  });
}

for (const [wrong, error] of [['ahead', A_DAY], ['behind', -A_DAY]] as const) {
  test(`a phone whose clock is a day ${wrong} shows the right day and the right deadlines`, async ({ actor, server }) => {
    const today = dayAt(server.now());
    const phone = await actor('participant', { clockError: error });
    await new TodayPage(phone).isOf(today);

    const [right, office] = [await actor('school'), await actor('school', { clockError: error })];
    const [expected, orders] = [new OrdersPage(right), new OrdersPage(office)];
    await expected.isOpen();
    await orders.isOpen();
    const [day = ''] = await expected.changeable(1, today);
    expect(await orders.changeable(1, today)).toEqual([day]);
    const usual = await orders.packets(day);
    await orders.type(day, usual - 3);
    await orders.receipt(day);
    await expect(expected.count(day)).toHaveValue(String(usual - 3));
  });
}

test('work goes on without the server, and what was received is there after it was killed', async ({ actor, server }) => {
  const [office, tablet] = [await actor('school'), await actor('kitchen')];
  const [orders, kitchen, shell] = [new OrdersPage(office), new KitchenPage(tablet), new Shell(tablet)];
  const today = dayAt(server.now());
  const [day = ''] = await orders.changeable(1, today);
  const usual = await orders.packets(day);
  await orders.type(day, usual - 4);
  await orders.receipt(day);

  // In the middle of whatever it is doing.
  await server.stop('SIGKILL');
  await kitchen.isOf(today);
  const school = 'Fridalen skole';
  await kitchen.tick('made', school).click();
  await expect(kitchen.school(school)).toContainText(say('sync-saved-here'));
  await expect(shell.offlineLine).toBeVisible();
  await noViolations(tablet.page);

  await server.start();
  // By itself: the longest pause between two tries is half a minute.
  await shell.isShared({ timeout: 35_000 });
  const another = new KitchenPage(await actor('kitchen'));
  await another.isTicked('made', school);
  await another.goTo(day);
  await expect(another.school('Slettebakken skole')).toContainText(String(usual - 4));
});

test('a server that says not so fast is asked again later, and what was done is kept until then', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  const [kitchen, shell, school] = [new KitchenPage(tablet), new Shell(tablet), 'Fridalen skole'];
  await kitchen.isOf(dayAt(server.now()));
  await shell.isShared();
  tablet.complaints.allow(answered(429, '/api/sync'));
  let refused = 0;
  await tablet.page.route('**/api/sync', async (route) => {
    refused += 1;
    await route.fulfill({ status: 429, headers: { 'retry-after': '1' }, json: { error: 'too-fast', seconds: 1 } });
  });
  await kitchen.tick('made', school).click();
  await expect(kitchen.school(school)).toContainText(say('sync-saved-here'));
  await expect.poll(() => refused).toBeGreaterThan(1);
  await tablet.page.unroute('**/api/sync');
  // By itself: the longest pause between two tries is half a minute.
  await shell.isShared({ timeout: 35_000 });
  await new KitchenPage(await actor('kitchen')).isTicked('made', school);
});

test('a new version waits until the person takes it', async ({ device, server }) => {
  const front = await Front.of(server.port);
  const phone = await device({ size: 'phone' }, { port: front.port, now: () => server.now() });
  await signIn(phone, account('participant'));
  await phone.keepsTheApp();
  // From the second visit on the page runs on what is kept.
  await phone.page.reload();
  front.release();
  await phone.page.reload();
  await expect(new TodayPage(phone).heading).toBeVisible();
  // Coming back to the app is when it looks for a new version; a page without a window is never away.
  await phone.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const take = phone.page.getByRole('button', { name: say('update-take') });
  await expect(take).toBeVisible();
  await noViolations(phone.page);
  await take.click();
  await expect(take).toBeHidden();
  await expect(new TodayPage(phone).heading).toBeVisible();
  await phone.keepsTheApp();
  phone.complaints.allow(NO_NETWORK);
  front.close();
});

declare global {
  interface Window {
    makeRoom?: () => void;
    /** Every transaction that may write to the queue: how it was opened, and how many commands it wrote. */
    queueWrites?: { durability: string; commands: number }[];
  }
}

/** From now on notes each transaction that may write to the queue. */
function watchQueue(): void {
  const seen: NonNullable<Window['queueWrites']> = [];
  const noted = new WeakMap<IDBTransaction, (typeof seen)[number]>();
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const opened = transaction.call(this, stores, mode, options);
    if (mode === 'readwrite' && opened.objectStoreNames.contains('queue')) {
      const note = { durability: options?.durability ?? 'not said', commands: 0 };
      noted.set(opened, note);
      seen.push(note);
    }
    return opened;
  };
  for (const way of ['put', 'add'] as const) {
    const write = IDBObjectStore.prototype[way];
    IDBObjectStore.prototype[way] = function (value, key) {
      const note = this.name === 'queue' ? noted.get(this.transaction) : undefined;
      if (note) note.commands += 1;
      return write.call(this, value, key);
    };
  }
  window.queueWrites = seen;
}

/** From now on the database takes nothing more and says so at once, not at the end of a transaction as Chromium does. */
function fill(): void {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException('there is no room', 'QuotaExceededError');
  };
  window.makeRoom = () => {
    IDBObjectStore.prototype.put = put;
  };
}

/** Opens the app's database as `version`, as a build of that version would, and holds on to it. */
function openAs(version: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('minvei', version);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error('it does not open'));
  });
}
