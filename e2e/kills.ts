// “Saved here” is a promise: what the screen says is saved survives whatever comes next. So, again and
// again: a mark is set without a network, and in the moment in which its row says that it is saved here
// the browser is killed; then it must be there.
//
// What this can see: a mark that is shown before the browser has the change out of its hands. What it
// cannot: a disk that loses power, since the machine goes on and writes what it was given.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { expect, type Locator, type Page } from '@playwright/test';
import { OwnBrowser } from './fixtures/browser.ts';
import { Cable } from './fixtures/cable.ts';
import { instant, TUESDAY } from './fixtures/calendar.ts';
import { accounts, Server, type Account } from './fixtures/server.ts';
import { like, say } from './fixtures/words.ts';
import { AttendancePages } from './pages/attendance.ts';
import { Shell } from './pages/shell.ts';
import { LockScreen, tryToSignIn } from './pages/sign_in.ts';

/** A kill that comes later than this after the mark, in milliseconds, and loses nothing says nothing. */
const AT_ONCE = 50;
/** Longer than any write takes; a row that has not said it by then never will. */
const PATIENCE = 30_000;
/** In the control, how long a change waits before it is written, at the most, in milliseconds. */
const LATE = 20;

declare global {
  interface Window {
    /** Tells that the row says “saved here”, and when it said so. */
    isSaved: (at: number) => void;
  }
}

interface Kill {
  readonly isPresent: boolean;
  /** From the mark on the screen to the kill, in milliseconds. */
  readonly after: number;
}

const { values: given } = parseArgs({
  options: {
    home: { type: 'string' },
    times: { type: 'string', default: '200' },
    'too-early': { type: 'boolean', default: false },
  },
});
if (given.home === undefined) throw new Error('--home DIR is missing: the folder, on a real disk, of the profile');
await main(resolve(given.home), Number(given.times), given['too-early']);

async function main(home: string, times: number, isTooEarly: boolean): Promise<void> {
  const folder = join(home, 'profile');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const server = await Server.at(instant(TUESDAY));
  const cable = await Cable.lay(() => server.port);
  try {
    const sheet = await prepare(folder, cable.origin);
    cable.cut();
    await server.stop();
    const kills: Kill[] = [];
    let browser = await opened(folder, sheet, isTooEarly);
    while (kills.length < times) {
      const before = await waiting(browser.page);
      const { name, key } = await another(browser.page, kills.length);
      const after = await killedOnceSaved(browser, name, key);
      browser = await opened(folder, sheet, isTooEarly);
      // Both the queue and the row.
      const isPresent = (await waiting(browser.page)) === before + 1;
      expect(await choice(browser.page, name, key).isChecked(), `the row of ${name} says what the queue says`).toBe(isPresent);
      if (after <= AT_ONCE || !isPresent) kills.push({ isPresent, after });
      process.stderr.write(`\r${kills.length} of ${times}`);
    }
    await browser.close();
    process.stderr.write('\n');
    process.stdout.write(`${JSON.stringify(figures(kills))}\n`);
  } finally {
    await cable.remove();
    await server.remove();
  }
}

/** Signs an adviser in, and gives the address of a sheet she may mark. */
async function prepare(folder: string, origin: string): Promise<string> {
  const browser = await OwnBrowser.on(folder);
  const { page } = browser;
  await page.goto(`${origin}/sign-in`);
  await tryToSignIn({ page }, adviser());
  await expect(page).not.toHaveURL(/sign-in/);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.goto(`${origin}/attendance`);
  await new AttendancePages({ page }).openFirstMissing();
  await new Shell({ page }).isShared();
  const sheet = page.url();
  await browser.close();
  return sheet;
}

function adviser(): Account {
  const found = accounts().find(({ role }) => role === 'adviser');
  if (!found) throw new Error('the demo centre has no adviser');
  return found;
}

/** The sheet, opened without a network on what is kept. */
async function opened(folder: string, sheet: string, isTooEarly: boolean): Promise<OwnBrowser> {
  const browser = await OwnBrowser.on(folder);
  if (isTooEarly) await browser.page.addInitScript(tellTooEarly, LATE);
  await browser.page.goto(sheet);
  await new LockScreen(browser).open(adviser().secret);
  await expect(choices(browser.page).first()).toBeEnabled();
  await expect(new Shell(browser).offlineLine).toBeVisible();
  return browser;
}

function choices(page: Page): Locator {
  return page.getByRole('radio', { name: new RegExp(`^${say('attendance-here')} – `) });
}

function choice(page: Page, name: string, key: string): Locator {
  return new AttendancePages({ page }).choice(name, key);
}

/** The next name on the sheet, and what is not yet said of her. */
async function another(page: Page, at: number): Promise<{ name: string; key: string }> {
  const labels = await choices(page).evaluateAll((fields) => fields.map((field) => field.getAttribute('aria-label') ?? ''));
  const name = (labels[at % labels.length] ?? '').replace(/^.* – /, '');
  const isAway = await choice(page, name, 'attendance-away').isChecked();
  return { name, key: isAway ? 'attendance-here' : 'attendance-away' };
}

/** How much waits to be shared, as the top bar says it. */
async function waiting(page: Page): Promise<number> {
  const said = await page.getByRole('banner').getByRole('link', { name: like('sync-chip-offline') }).innerText();
  return Number(like('sync-chip-offline-count').exec(said)?.[1] ?? 0);
}

/** Taps, and kills the browser as soon as the row says “saved here”; gives the time between the two. */
async function killedOnceSaved(browser: OwnBrowser, name: string, key: string): Promise<number> {
  const { page } = browser;
  const killed = new Promise<number>((resolve, reject) => {
    const never = () => reject(new Error(`the row of ${name} never said that it is saved here`));
    const patience = setTimeout(never, PATIENCE);
    void page.exposeFunction('isSaved', (at: number) => {
      browser.kill();
      resolve(performance.timeOrigin + performance.now() - at);
      clearTimeout(patience);
    });
  });
  await page.waitForFunction(() => 'isSaved' in window);
  const tapped = choice(page, name, key);
  await tapped.evaluate((field) => {
    const row = field.closest('li');
    const state = () => row?.querySelector<HTMLElement>('.state')?.dataset['state'];
    let isSaving = false;
    const observer = new MutationObserver(() => {
      isSaving ||= state() === 'saving';
      if (!isSaving || state() !== 'saved') return;
      observer.disconnect();
      window.isSaved(performance.timeOrigin + performance.now());
    });
    if (row) observer.observe(row, { subtree: true, childList: true, attributes: true });
  });
  // It may be dead before it has answered.
  await Promise.all([killed, tapped.click({ noWaitAfter: true }).catch(() => undefined)]);
  await browser.isKilled();
  return killed;
}

/**
 * The control, in the page: a transaction of the queue says that it is complete before it is, and what
 * it writes is written up to `late` milliseconds after that. So the mark is shown before it is true.
 */
function tellTooEarly(late: number): void {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...args) {
    const real = transaction.apply(this, args);
    if (real.durability !== 'strict') return real;
    const writes: (() => void)[] = [];
    const until = performance.now() + Math.random() * late;
    const queue = real.objectStore(real.objectStoreNames[0] ?? '');
    const { put } = queue;
    queue.put = (value, key) => {
      writes.push(() => put.call(queue, value, key));
      return queue.get(0) as IDBRequest<IDBValidKey>;
    };
    real.commit = () => undefined;
    // One request after another keeps it open.
    const hold = () => {
      queue.get(0).onsuccess = () => {
        if (performance.now() < until) hold();
        else for (const write of writes) write();
      };
    };
    hold();
    setTimeout(() => real.dispatchEvent(new Event('complete')), 0);
    return real;
  };
}

function figures(kills: readonly Kill[]) {
  const present = kills.filter(({ isPresent }) => isPresent).length;
  const after = kills.map((kill) => kill.after).sort((one, other) => one - other);
  return {
    times: kills.length,
    present,
    lost: kills.length - present,
    median_ms_from_mark_to_kill: Number((after[Math.floor(after.length / 2)] ?? 0).toFixed(2)),
  };
}
