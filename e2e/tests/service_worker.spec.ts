// A release goes out half, whole, or is called back: the device shows one release at a time, works
// without a network all the while, and what waits on it is shared in the end.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { Authenticator } from '../fixtures/authenticator.ts';
import { dayAt, daysFrom, isoWeekday } from '../fixtures/calendar.ts';
import { answered, NO_NETWORK, NO_SOCKET } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { Front, shown, type Push } from '../fixtures/new_release.ts';
import { account, AT_ONCE, expect, test as base, type Role } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { WeekPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';
import { LockScreen, SecondStep, serverClock, signIn } from '../pages/sign_in.ts';

const SCHOOL = 'Fridalen skole';
/** How long a change of versions may keep anybody from working. */
const USABLE = { timeout: 5_000 };

interface Fixtures {
  /** Through which new releases come. */
  front: Front;
  /** Somebody whose device finds the server behind the front, at her second visit: the app is kept. */
  visitor: (role: Role) => Promise<Device>;
}

const test = base.extend<Fixtures>({
  front: async ({ server }, use) => {
    const front = await Front.of(server.port);
    await use(front);
    front.close();
  },
  visitor: async ({ front, server, device }, use) => {
    await use(async (role) => {
      const somebody = await device({ size: 'tablet' }, { port: front.port, now: () => server.now() });
      // The front knows no sockets: the live channel comes as events.
      somebody.complaints.allow(NO_SOCKET);
      await signIn(somebody, account(role));
      await somebody.keepsTheApp();
      await somebody.page.reload();
      await new Shell(somebody).isSettled();
      return somebody;
    });
  },
});

test('a release that is called back leaves nothing but what waits, and that is shared', async ({ actor, front, server, visitor }) => {
  const tablet = await visitor('kitchen');
  const [kitchen, outbox, shell] = [new KitchenPage(tablet), new OutboxPage(tablet), new Shell(tablet)];
  await tablet.offline();
  await kitchen.tick('made', SCHOOL).click();
  await expect(kitchen.school(SCHOOL)).toContainText(say('sync-saved-here'));
  front.cutApi();
  await tablet.online();

  await test.step('the kill switch of the comment takes the place of the service worker', async () => {
    front.serveWorker(killSwitch());
    await look(tablet.page);
    await expect.poll(() => isReplaced(tablet.page)).toBe(true);
    // Chromium may leave an open page to the old worker: the next visit ends it at the latest.
    await tablet.reopen('/kitchen');
    await expect.poll(() => left(tablet.page)).toEqual(NOTHING);
  });

  await test.step('pages come from the network, once each', async () => {
    await kitchen.isOf(dayAt(server.now()));
    front.asked = [];
    const loaded = await tablet.page.reload();
    await tablet.shows();
    expect(loaded?.fromServiceWorker()).toBe(false);
    await kitchen.isTicked('made', SCHOOL);
    // The page has registered what is there now, and that takes itself away again.
    await expect.poll(() => front.asked).toContain('/sw.js');
    await expect.poll(() => left(tablet.page)).toEqual(NOTHING);
    expect(front.asked.filter((path) => path === '/')).toHaveLength(1);
  });

  await test.step('what was made before still waits, and is shared', async () => {
    await outbox.open();
    await expect(outbox.waiting).toHaveCount(1);
    front.mendApi();
    await look(tablet.page);
    await shell.isShared();
    await new KitchenPage(await actor('kitchen')).isTicked('made', SCHOOL);
  });
});

const HALVES: Record<string, (front: Front) => void> = {
  'a file of it is missing': (front) => front.lacks(front.style),
  'a file is still the old one': (front) => front.stillHas('/locales/nb.ftl'),
  'the page is still the old one': (front) => front.stillHas('/'),
};

for (const [half, deploy] of Object.entries(HALVES)) {
  test(`a new release is not taken while ${half}, and is once it is whole`, async ({ front, server, visitor }) => {
    const phone = await visitor('participant');
    const before = await left(phone.page);
    front.release();
    deploy(front);
    phone.complaints.allow(answered(404, '.css'));
    expect(await comesBack(phone)).toBe('redundant');
    await expect(take(phone.page)).toBeHidden();
    expect((await left(phone.page))?.caches, 'what is kept').toEqual(before?.caches);

    await phone.offline();
    await phone.reopen('/week');
    await new WeekPage(phone).isOf(dayAt(server.now()));
    expect(await shown(phone.page)).toBe('old');

    await phone.online();
    front.isWhole();
    expect(await comesBack(phone)).toBe('installed');
    expect(await shown(phone.page)).toBe('old');
    await take(phone.page).click();
    await expect.poll(() => shown(phone.page)).toBe('new');
    await new WeekPage(phone).isOf(dayAt(server.now()));
    await phone.keepsTheApp();
  });
}

test('a deep address opens from what is kept, when the server no longer has the files of its release', async ({ front, server, visitor }) => {
  const phone = await visitor('participant');
  const today = dayAt(server.now());
  const monday = daysFrom(today, 1 - isoWeekday(today));
  const week = new WeekPage(phone);
  front.release();
  front.asked = [];
  await phone.reopen(`/week/${monday}`);
  await week.isOf(monday);
  expect(await shown(phone.page)).toBe('old');

  // Where a page is always open the old one goes on, also while the new one waits.
  expect(await comesBack(phone)).toBe('installed');
  await expect(take(phone.page)).toBeVisible();
  await phone.page.goto(`/week/${daysFrom(monday, 7)}`);
  await week.isOf(daysFrom(monday, 7));
  expect(await shown(phone.page)).toBe('old');
  expect(front.asked.filter((path) => front.gone.includes(path)), 'files that are gone').toEqual([]);

  await phone.offline();
  await phone.page.goto(`/week/${monday}`);
  await phone.shows();
  await week.isOf(monday);
  expect(await shown(phone.page)).toBe('old');
});

test('a new version waits while she writes; what waits to be shared is there after she takes it', async ({ actor, front, visitor }) => {
  const desk = await visitor('adviser');
  const [sheet, outbox, shell] = [new AttendancePages(desk), new OutboxPage(desk), new Shell(desk)];
  await shell.goTo(say('nav-attendance'));
  const [name = ''] = await sheet.openFirstMissing();
  const { pathname } = new URL(desk.page.url());
  await desk.offline();
  await sheet.choose(name, 'attendance-away');
  await expect(desk.page.getByText(say('sync-saved-here'), { exact: true })).toBeVisible();
  front.cutApi();
  await desk.online();

  const isLoadedAnew = await test.step('she begins to write, and the new version is announced', async () => {
    await beginToWrite(desk);
    const isLoadedAnew = loadings(desk.page);
    front.release();
    expect(await comesBack(desk)).toBe('installed');
    await expect(take(desk.page)).toBeVisible();
    return isLoadedAnew;
  });

  await test.step('she goes on writing, for longer than the app waits between two looks', async () => {
    await desk.page.getByLabel(say('adviser-last-name')).fill('Warsame');
    await desk.context.clock.fastForward('01:05:00');
    // Meanwhile the screen has closed.
    await expect(new LockScreen(desk).heading).toBeVisible();
    await desk.shows();
    await expect(take(desk.page)).toBeVisible();
    await expect(firstName(desk.page)).toHaveValue('Hodan');
    expect(isLoadedAnew()).toBe(0);
    expect(await shown(desk.page)).toBe('old');
  });

  await test.step('she takes it and leaves the form: the page is loaded anew, and the queue is there', async () => {
    await take(desk.page).click();
    await expect(desk.page.getByText(say('update-waits'))).toBeVisible();
    expect(isLoadedAnew()).toBe(0);
    const comes = loadedAnew(desk.page);
    await desk.page.getByRole('link', { name: say('action-cancel') }).click();
    await comes;
    // Under an open page Chromium now and then leaves the new worker waiting; it goes to work without one.
    await desk.reopen('/people');
    await expect.poll(() => shown(desk.page)).toBe('new');
    await outbox.open();
    await expect(outbox.waiting).toHaveCount(1);
    await expect(outbox.waiting).toContainText(name);
  });

  await test.step('it is shared, and with everybody', async () => {
    front.mendApi();
    await look(desk.page);
    await shell.isShared();
    const other = await actor('adviser');
    await other.page.goto(pathname);
    await expect(new AttendancePages(other).choice(name, 'attendance-away')).toBeChecked();
  });
});

test('the new version comes when what is half-written is saved', async ({ front, visitor }) => {
  const desk = await visitor('adviser');
  await beginToWrite(desk);
  front.release();
  expect(await comesBack(desk)).toBe('installed');
  await take(desk.page).click();
  await expect(desk.page.getByText(say('update-waits'))).toBeVisible();
  await expect(firstName(desk.page)).toHaveValue('Hodan', AT_ONCE);
  expect(await shown(desk.page)).toBe('old');
  const comes = loadedAnew(desk.page);
  await desk.page.getByRole('button', { name: say('people-register-now') }).click();
  await comes;
  await desk.reopen('/people');
  await expect.poll(() => shown(desk.page)).toBe('new');
  await expect(desk.page.getByRole('link', { name: /Hodan/ })).toBeVisible();
});

test('a new version takes no recovery codes away before they are written down', async ({ front, visitor }) => {
  const desk = await visitor('adviser');
  const second = new SecondStep(desk);
  await new Shell(desk).goTo(say('nav-more'));
  const now = await serverClock(desk);
  await second.open('second-set-up');
  await second.prove(account('adviser').secret);
  const app = new Authenticator(await second.secret());
  await second.confirm(app.code(now()));
  await expect(second.codes).toHaveCount(10);
  front.release();
  expect(await comesBack(desk)).toBe('installed');
  const isLoadedAnew = loadings(desk.page);
  await take(desk.page).click();
  await expect(desk.page.getByText(say('update-waits'))).toBeVisible();
  await desk.context.clock.fastForward('00:30');
  await expect(second.codes).toHaveCount(10);
  expect(isLoadedAnew()).toBe(0);
  expect(await shown(desk.page)).toBe('old');
  const comes = loadedAnew(desk.page);
  await second.writeDown();
  await comes;
  await desk.reopen('/people');
  await expect.poll(() => shown(desk.page)).toBe('new');
});

test('three tabs change over under way: each is usable at once, one at a time shares, and all happens once', async ({ actor, front, visitor }) => {
  const desk = await visitor('adviser');
  desk.complaints.allow(NO_NETWORK);
  await new Shell(desk).goTo(say('nav-attendance'));
  const names = await new AttendancePages(desk).openFirstMissing();
  const { pathname } = new URL(desk.page.url());
  const tabs = [desk.page, await desk.context.newPage(), await desk.context.newPage()];
  for (const [number, tab] of tabs.entries()) {
    await tab.setExtraHTTPHeaders({ tab: String(number) });
    if (tab !== desk.page) await tab.goto(pathname);
    await expect(new AttendancePages({ page: tab }).choice(names[0] ?? '', 'attendance-here')).toBeVisible();
  }
  const said: string[][] = tabs.map(() => []);
  // Each tab marks two names of its own, in turn: first away, then here, and away again.
  const mark = async (tab: Page): Promise<void> => {
    const number = tabs.indexOf(tab);
    const turn = said[number]?.length ?? 0;
    const as = turn % 4 < 2 ? 'attendance-away' : 'attendance-here';
    said[number]?.push(as);
    await tab.bringToFront();
    await new AttendancePages({ page: tab }).choose(names[number + (turn % 2) * tabs.length] ?? '', as);
  };

  await test.step('what is done in each waits, and a new release is offered in each', async () => {
    front.cutApi();
    for (const tab of tabs) await mark(tab);
    for (const tab of tabs) await expect(tab.getByText(say('sync-saved-here'), { exact: true })).toHaveCount(tabs.length);
    front.release();
    expect(await comesBack(desk)).toBe('installed');
    for (const tab of tabs) await expect(take(tab)).toBeVisible();
    front.mendApi();
    // Long enough for a tab to go while it waits for the answer.
    front.delay = 1_500;
  });

  // The tab that shares goes first, then the one that has taken its place, then that one's successor.
  for (const [number, tab] of tabs.entries()) {
    await test.step(`tab ${number + 1} changes over while what it has sent is under way, and the others go on`, async () => {
      const sent = front.pushes.length;
      await mark(tab);
      await look(tab);
      await expect.poll(() => front.pushes.length).toBeGreaterThan(sent);
      const begun = performance.now();
      await changeOver(tab);
      for (const other of tabs) if (other !== tab) await mark(other);
      await tab.bringToFront();
      await expect.poll(() => shown(tab), USABLE).toBe('new');
      await mark(tab);
      for (const each of tabs) await expect(each.getByText(say('sync-saving'), { exact: true })).toHaveCount(0, USABLE);
      expect(performance.now() - begun, 'milliseconds until all are usable').toBeLessThan(USABLE.timeout);
    });
  }

  await test.step('all is shared: each command has one number, and no two tabs sent at a time', async () => {
    front.delay = 0;
    for (const tab of tabs) await new Shell({ page: tab }).isShared();
    expect(new Set(front.pushes.map(({ tab }) => tab)).size, 'tabs that shared, one after the other').toBeGreaterThan(1);
    expect(front.pushes.flatMap((one, at) => front.pushes.slice(at + 1).filter((other) => areTogether(one, other)))).toEqual([]);
    const sent = front.pushes.flatMap(({ first, commands }) => commands.map((one, at) => `${first + at} ${JSON.stringify(one)}`));
    const commands = [...new Set(sent)];
    const numbers = commands.map((one) => Number.parseInt(one, 10)).sort((a, b) => a - b);
    expect(numbers, 'looks are among them').toEqual(numbers.map((_, at) => at + 1));
    expect(commands.filter((one) => one.includes('attendance.set'))).toHaveLength(said.flat().length);
  });

  await test.step('everybody has what was said last, and nothing twice', async () => {
    const other = await actor('adviser');
    await other.page.goto(pathname);
    const sheet = new AttendancePages(other);
    for (const number of tabs.keys()) {
      await expect(sheet.choice(names[number] ?? '', 'attendance-away')).toBeChecked();
      await expect(sheet.choice(names[number + tabs.length] ?? '', 'attendance-here')).toBeChecked();
    }
    await expect(other.page.getByText(like('roll-two-answers'))).toHaveCount(0);
  });
});

test('a new version that is taken in one tab can be had in the others', async ({ front, visitor }) => {
  const phone = await visitor('participant');
  const tabs = [phone.page, await phone.context.newPage()];
  await tabs[1]?.goto('/week');
  for (const tab of tabs) await new Shell({ page: tab }).isSettled();
  front.release();
  expect(await comesBack(phone)).toBe('installed');
  for (const tab of tabs) await expect(take(tab)).toBeVisible();
  await take(phone.page).click();
  await expect.poll(() => shown(phone.page), USABLE).toBe('new');
  for (const tab of tabs) {
    await tab.bringToFront();
    // By itself, or when she asks there, too.
    if ((await shown(tab)) !== 'new') await take(tab).click();
    await expect.poll(() => shown(tab), USABLE).toBe('new');
  }
});

/** Were two tabs sending at the same time? That a page is gone is heard a moment later, not as late as an answer. */
function areTogether(one: Push, other: Push): boolean {
  const MOMENT = 250;
  return one.tab !== other.tab && one.began < other.ended - MOMENT && other.began < one.ended - MOMENT;
}

/** Takes the new version where it is offered; loads the page anew where another tab has taken it. */
async function changeOver(page: Page): Promise<void> {
  if (await take(page).isVisible()) await take(page).click();
  else await page.reload();
}

/** What there is of the service worker on the device. */
interface Left {
  readonly isControlled: boolean;
  readonly registrations: number;
  readonly caches: readonly string[];
}

const NOTHING: Left = { isControlled: false, registrations: 0, caches: [] };

/** What is left on the device; nobody knows while a page is being loaded. */
async function left(page: Page): Promise<Left | undefined> {
  const found = page.evaluate(async () => ({
    isControlled: navigator.serviceWorker.controller !== null,
    registrations: (await navigator.serviceWorker.getRegistrations()).length,
    caches: (await caches.keys()).filter((name) => name.startsWith('minvei-')),
  }));
  return found.catch(() => undefined);
}

/** Has the worker that came last gone to work, or is it ready to once no page is open? */
async function isReplaced(page: Page): Promise<boolean> {
  const found = page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return !registration || registration.waiting !== null;
  });
  return found.catch(() => false);
}

/** The text of the kill switch, out of the comment that tells of it; the released file has no comments. */
function killSwitch(): string {
  const worker = readFileSync(new URL('../../public/sw.js', import.meta.url), 'utf8');
  const lines = /^\/\/ Kill switch:.*\n(?:\/\/ (?! ).*\n)*((?:\/\/   .*\n)+)/m.exec(worker)?.[1];
  if (!lines) throw new Error('public/sw.js tells of no kill switch');
  return lines.replace(/^\/\/ {3}/gm, '');
}

/** Coming back to the app is when it looks for a new version; a page without a window is never away. */
async function look(page: Page): Promise<void> {
  await page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
}

/** She comes back to the app, and it looks: what became of the new release that was found. */
async function comesBack({ page }: Device): Promise<string> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return new Promise<string>((resolve) => {
      const follow = (worker: ServiceWorker | null) =>
        worker?.addEventListener('statechange', () => resolve(worker.state), { once: true });
      registration.addEventListener('updatefound', () => follow(registration.installing));
      // The browser may have looked by itself.
      follow(registration.installing);
      if (registration.waiting !== null) resolve(registration.waiting.state);
      document.dispatchEvent(new Event('visibilitychange'));
    });
  });
}

function take(page: Page) {
  return page.getByRole('button', { name: say('update-take') });
}

function firstName(page: Page) {
  return page.getByLabel(say('adviser-first-name'));
}

/** Begins to register somebody, and stops in the middle. */
async function beginToWrite(desk: Device): Promise<void> {
  await new Shell(desk).goTo(say('nav-participants'));
  await desk.page.getByRole('link', { name: say('adviser-register') }).click();
  await firstName(desk.page).fill('Hodan');
}

/** Waits until the page begins to load itself anew. */
async function loadedAnew(page: Page): Promise<void> {
  await page.waitForRequest((request) => request.isNavigationRequest());
}

/** How often the page is loaded from now on. */
function loadings(page: Page): () => number {
  let count = 0;
  page.on('domcontentloaded', () => {
    count += 1;
  });
  return () => count;
}
