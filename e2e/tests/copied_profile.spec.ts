// A profile of the browser that somebody has copied: what its files tell of those it was about.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnBrowser } from '../fixtures/browser.ts';
import { Cable } from '../fixtures/cable.ts';
import { dayAt } from '../fixtures/calendar.ts';
import type { Screen } from '../fixtures/device.ts';
import { keyFor } from '../fixtures/disk.ts';
import { hand, PIN, push } from '../fixtures/payloads.ts';
import { asWritten, found } from '../fixtures/profile.ts';
import { accounts } from '../fixtures/server.ts';
import { account, expect, test, type Role } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { Bench } from '../pages/bench.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { LogPage } from '../pages/log.ts';
import { OrdersPage } from '../pages/orders.ts';
import { TodayPage, WeekPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';
import { choosesPin, LockScreen, opener, signOut, tryToSignIn } from '../pages/sign_in.ts';

const ALIAS = 'Zorablanka';
const PHONE = '+47 412 39 876';
const SCHOOL = 'Slettebakken skole';

/** Whose device it is: does its screen close, and what is she shown and does she do there on `today`? */
interface Seat {
  readonly closes: boolean;
  readonly works: (seat: Screen, origin: string, today: string) => Promise<void>;
}

/** Somebody's first missing attendance. */
async function marksOne(seat: Screen, origin: string): Promise<void> {
  await seat.page.goto(`${origin}/attendance`);
  const sheet = new AttendancePages(seat);
  const [first = ''] = await sheet.openFirstMissing();
  await sheet.choose(first, 'attendance-here');
}

/** Everything that is known of one participant. */
async function opensOne(seat: Screen, origin: string): Promise<void> {
  await seat.page.goto(`${origin}/people`);
  await seat.page.getByRole('main').getByRole('link', { name: /Amina/ }).first().click();
  await expect(seat.page.getByRole('heading', { level: 1 })).toContainText('Amina');
  await expect(seat.page.getByLabel(say('adviser-phone'))).toHaveValue(PHONE);
}

const SEATS = {
  adviser: {
    closes: true,
    works: async (seat, origin) => {
      await opensOne(seat, origin);
      await marksOne(seat, origin);
    },
  },
  manager: {
    closes: true,
    works: async (seat, origin) => {
      await opensOne(seat, origin);
      await seat.page.goto(`${origin}/staff`);
      await expect(seat.page.getByRole('main').getByRole('link', { name: account('adviser').name, exact: true })).toBeVisible();
      await seat.page.goto(`${origin}/log`);
      await expect(new LogPage(seat).lines(/Amina/).first()).toBeVisible();
    },
  },
  participant: {
    closes: true,
    works: async (seat, origin, today) => {
      await expect(new TodayPage(seat).heading).toBeVisible();
      await seat.page.goto(`${origin}/week`);
      await new WeekPage(seat).isOf(today);
    },
  },
  teacher: { closes: true, works: marksOne },
  kitchen: {
    closes: true,
    works: async (seat, origin) => {
      await seat.page.goto(`${origin}/kitchen`);
      const bench = new Bench(seat);
      await bench.asksButton.click();
      await bench.isShe(ALIAS, PIN);
      await new KitchenPage(seat).tick('made', SCHOOL).click();
    },
  },
  school: {
    closes: false,
    works: async (seat, origin, today) => {
      await seat.page.goto(`${origin}/orders`);
      const orders = new OrdersPage(seat);
      await orders.isOpen();
      const [day = ''] = await orders.changeable(1, today);
      await orders.type(day, (await orders.packets(day)) + 1);
      await orders.receipt(day);
    },
  },
} satisfies Partial<Record<Role, Seat>>;

for (const [role, { closes, works }] of Object.entries<Seat>(SEATS)) {
  test(`nobody finds in the files of the browser whom it was about, neither closed nor signed out: ${role}`, async ({ device, server }) => {
    test.slow();
    const folder = mkdtempSync(join(tmpdir(), 'minvei-profile-'));
    const cable = await Cable.lay(() => server.port);
    const [hers, today] = [account(role as Role), dayAt(server.now())];
    const amina = { id: 'amina', first_name: 'Amina', last_name: 'Hassan', phone: PHONE, language: 'so' };
    const written = await push(await device(), [['person.correct', amina], hand(ALIAS)]);
    const done = { applied: expect.any(Number) };
    expect(written).toEqual([done, done]);
    // A kitchen is no person, and its name is a word of every page. Her user name is in the browser's own list of passwords.
    const people = accounts().filter((one) => one.role !== 'kitchen');
    const names = people.map((one) => (one.role === 'participant' ? one.name.split(' ')[0] ?? '' : one.name));
    const typed = [PIN, hers.secret, opener(hers)].map(asWritten);
    const secrets = [...names, ...typed, ALIAS, PHONE];
    try {
      await test.step('after she has worked there, and the screen has closed', async () => {
        const browser = await OwnBrowser.on(folder);
        const { page } = browser;
        await page.goto(`${cable.origin}/sign-in`);
        await tryToSignIn({ page }, hers);
        await choosesPin({ page }, hers);
        await new Shell({ page }).isShared();
        secrets.push(await keyFor({ page }));
        await works({ page }, cable.origin, today);
        await new Shell({ page }).isShared();
        if (closes) {
          await page.evaluate(() => localStorage.setItem('minvei.seen', '0'));
          await page.reload();
          await expect(new LockScreen({ page }).heading).toBeVisible();
        }
        await browser.close();
        expect(found(folder, secrets)).toEqual([]);
      });

      await test.step('after she has signed out', async () => {
        const browser = await OwnBrowser.on(folder);
        const { page } = browser;
        await page.goto(`${cable.origin}/more`);
        await new LockScreen({ page }).open(opener(hers));
        await signOut({ page });
        await browser.close();
        expect(found(folder, secrets)).toEqual([]);
      });

      await test.step('after she has signed out without a network', async () => {
        const browser = await OwnBrowser.on(folder);
        const { page } = browser;
        await page.goto(`${cable.origin}/sign-in`);
        await tryToSignIn({ page }, hers);
        await choosesPin({ page }, hers);
        await new Shell({ page }).isShared();
        secrets.push(await keyFor({ page }));
        await works({ page }, cable.origin, today);
        await new Shell({ page }).isShared();
        await page.evaluate(async () => void (await navigator.serviceWorker.ready));
        await page.goto(`${cable.origin}/more`);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(say(role === 'participant' ? 'nav-me' : 'more-title'));
        cable.cut();
        await signOut({ page });
        await browser.close();
        expect(found(folder, secrets)).toEqual([]);
      });
    } finally {
      await cable.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('what lies open in the files of the browser is found, wherever it lies', async ({ server }) => {
  const folder = mkdtempSync(join(tmpdir(), 'minvei-profile-'));
  const planted = ['Zorablanka in a record', 'Zorablanka in a row', 'Zorablanka in an answer', asWritten(PIN)];
  try {
    const browser = await OwnBrowser.on(folder);
    await browser.page.goto(`http://127.0.0.1:${server.port}`);
    await browser.page.evaluate(plant, planted);
    await browser.close();
    expect(found(folder, [...planted, 'Zorablanka nowhere'])).toEqual(planted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** In the page: writes one text into each place in which a page can keep something, and the last beside the first. */
async function plant([record = '', row = '', answer = '', pin = '']: string[]): Promise<void> {
  localStorage.setItem('planted', record);
  localStorage.setItem('planted-pin', pin);
  await (await caches.open('planted')).put('/planted', new Response(answer));
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('planted');
    request.onupgradeneeded = () => void request.result.createObjectStore('rows');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('it does not open'));
  });
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction('rows', 'readwrite');
    transaction.objectStore('rows').put(row, 1);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('it is not written'));
  });
  database.close();
}
