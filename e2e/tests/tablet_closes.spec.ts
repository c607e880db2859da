// The kitchen's tablet, left alone: its numbers can be read across the room, and whoever wants to do something shows that
// she works there.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import { answered, NO_SOCKET } from '../fixtures/complaints.ts';
import type { Device } from '../fixtures/device.ts';
import { entries, record } from '../fixtures/disk.ts';
import { Front } from '../fixtures/new_release.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { Bench } from '../pages/bench.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { Shell } from '../pages/shell.ts';
import { LockScreen, PinPage, signIn, signInAgain, TABLET_PIN, tryToSignIn } from '../pages/sign_in.ts';

const ONE = 'Slettebakken skole';
const OTHER = 'Fridalen skole';
const AMINA = { alias: 'Zorablanka', pin: '2580' };
const SELAM = { alias: 'Warsametest', pin: '1470' };
const FIVE_MINUTES = '05:06';
/** The longest pause between two tries to share. */
const IN_THE_END = { timeout: 35_000 };

test('without a crew its own PIN opens it, on the board, over another page, and after it was loaded anew', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  const [board, bench, lock] = [new KitchenPage(tablet), new Bench(tablet), new LockScreen(tablet)];
  const today = dayAt(server.now());
  await board.isOf(today);
  const title = await tablet.page.title();
  await tablet.offline();

  await test.step('the board can be read, and a tap is asked for the PIN and done then', async () => {
    await closes(tablet);
    await expect(bench.lockButton).toBeVisible();
    await expect(lock.heading).toHaveCount(0);
    await expect(board.total(today)).toBeVisible();
    await expect(tablet.page).toHaveTitle(title);
    await noViolations(tablet.page);
    await board.tick('made', ONE).click();
    await bench.typeTablet(bench.lock, '1357');
    await expect(bench.lock.getByRole('alert')).toContainText(say('lock-wrong-pin', { count: 4 }));
    await noViolations(tablet.page);
    await expect(board.tick('made', ONE)).toHaveAttribute('aria-pressed', 'false');
    await bench.typeTablet(bench.lock, TABLET_PIN);
    await expect(bench.lock).toBeHidden();
    await board.isTicked('made', ONE);
    await expect(bench.strip).toBeHidden();
  });

  await test.step('another page is behind the closed screen', async () => {
    await more(tablet).click();
    const heading = tablet.page.getByRole('heading', { level: 1, name: say('more-title') });
    await expect(heading).toBeVisible();
    const itsTitle = await tablet.page.title();
    await closes(tablet);
    await expect(lock.heading).toBeVisible();
    await expect(heading).toBeHidden();
    await expect(tablet.page).toHaveTitle(like('auth-locked'));
    await lock.open(TABLET_PIN);
    await expect(heading).toBeVisible();
    await expect(tablet.page).toHaveTitle(itsTitle);
  });

  await test.step('who goes on to one from the closed board comes there once she has opened it', async () => {
    await tablet.page.goBack();
    await board.isOf(today);
    await closes(tablet);
    await expect(bench.lockButton).toBeVisible();
    await more(tablet).click();
    await expect(lock.heading).toBeVisible();
    await lock.open(TABLET_PIN);
    await expect(tablet.page.getByRole('heading', { level: 1, name: say('more-title') })).toBeVisible();
  });

  await test.step('loaded anew without a network, it asks for its PIN', async () => {
    await tablet.page.goBack();
    await board.isOf(today);
    await tablet.page.reload();
    await expect(lock.heading).toBeVisible();
    await lock.open(TABLET_PIN);
    await board.isTicked('made', ONE);
  });
});

test('with a crew the PIN of any of them opens it, names her from then on, and nobody is named before', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  const [board, bench, lock] = [new KitchenPage(tablet), new Bench(tablet), new LockScreen(tablet)];
  const today = dayAt(server.now());
  await board.isOf(today);
  for (const one of [AMINA, SELAM]) await bench.add(one.alias, one.pin, 'crew-symbol-sun');
  await bench.asksButton.click();
  await bench.isShe(AMINA.alias, AMINA.pin);
  await board.tick('made', ONE).click();
  await expect(board.school(ONE)).toContainText(AMINA.alias);
  await tablet.offline();

  await test.step('the closed board names nobody, and one tap is one tick', async () => {
    await closes(tablet);
    await expect(bench.asksButton).toBeVisible();
    await expect(board.total(today)).toBeVisible();
    await isUnnamed(tablet);
    await board.tick('made', OTHER).click();
    await bench.isShe(SELAM.alias, SELAM.pin);
    await board.isTicked('made', OTHER);
    await expect(board.school(OTHER)).toContainText(SELAM.alias);
  });

  await test.step('over another page, too, and it is she who stands at the bench', async () => {
    await more(tablet).click();
    await closes(tablet);
    await expect(lock.heading).toBeVisible();
    await isUnnamed(tablet);
    await noViolations(tablet.page);
    await bench.opens(AMINA.alias, AMINA.pin);
    await expect(lock.heading).toBeHidden();
    await tablet.page.goBack();
    await expect(bench.strip).toContainText(AMINA.alias);
  });

  await test.step('whoever is not among them opens it by its PIN, and her tick names nobody', async () => {
    await closes(tablet);
    await board.tick('packed', ONE).click();
    await bench.tabletButton(bench.question).click();
    await bench.typeTablet(bench.question, TABLET_PIN);
    await expect(bench.question).toBeHidden();
    await board.isTicked('packed', ONE);
    await board.tick('packed', OTHER).click();
    await board.isTicked('packed', OTHER);
  });

  await test.step('what is half-written about the crew is covered with the board, and kept', async () => {
    await bench.crew.getByRole('button', { name: say('action-add'), exact: true }).click();
    const dialog = tablet.page.getByRole('dialog', { name: say('crew-new'), exact: true });
    const alias = dialog.getByLabel(say('crew-alias'), { exact: true });
    await alias.fill('Hiwot');
    await closes(tablet);
    await expect(lock.heading).toBeVisible();
    await expect(dialog).toBeHidden();
    await expect(board.total(today)).toBeHidden();
    await bench.opens(SELAM.alias, SELAM.pin);
    await expect(alias).toHaveValue('Hiwot');
    await tablet.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('loaded anew without a network only its own PIN has the key', async () => {
    await tablet.page.reload();
    await expect(lock.heading).toBeVisible();
    await expect(tablet.page.getByRole('button', { name: say('crew-who'), exact: true })).toHaveCount(0);
    await lock.open(TABLET_PIN);
    await expect(bench.asksButton).toBeVisible();
    await board.isTicked('packed', OTHER);
  });
});

test('five wrong PINs throw away what opens it; the password, and a new PIN, give everything back', async ({ device, server }) => {
  const front = await Front.of(server.port);
  const tablet = await device({ size: 'tablet' }, { port: front.port, now: () => server.now() });
  tablet.complaints.allow(NO_SOCKET);
  const [board, lock, shell] = [new KitchenPage(tablet), new LockScreen(tablet), new Shell(tablet)];
  await signIn(tablet, account('kitchen'));
  await tablet.keepsTheApp();
  await board.isOf(dayAt(server.now()));
  await shell.isShared();
  const before = await record(tablet);
  await tablet.offline();
  await board.tick('made', ONE).click();
  await expect(board.school(ONE)).toContainText(say('sync-saved-here'));
  await tablet.page.reload();
  await expect(lock.heading).toBeVisible();
  const kept = await entries(tablet);
  await lock.shutOut('1357', 'lock-wrong-pin');
  expect((await record(tablet))?.wrapped).toBeUndefined();
  expect(await entries(tablet)).toBe(kept);

  await test.step('the password of the place, and a PIN anew', async () => {
    front.cutApi('/api/sync');
    await tablet.online();
    await tryToSignIn(tablet, account('kitchen'));
    const page = new PinPage(tablet);
    await expect(page.sharedHeading).toBeVisible();
    await noViolations(tablet.page);
    await page.choose('8024');
    await board.isTicked('made', ONE);
    expect((await record(tablet))?.client).toBe(before?.client);
    const chip = like('sync-chip-offline-count', { count: 1 });
    await expect(tablet.page.getByRole('banner').getByRole('link', { name: chip })).toBeVisible();
  });

  await test.step('what waited is shared, and the new PIN opens it', async () => {
    front.mendApi();
    await shell.isShared(IN_THE_END);
    await tablet.offline();
    await tablet.page.reload();
    await expect(lock.heading).toBeVisible();
    await lock.open('8024');
    await board.isTicked('made', ONE);
  });
  front.close();
});

test('who signs in anew on an open tablet keeps its PIN; who has forgotten it chooses another', async ({ actor, server }) => {
  const tablet = await actor('kitchen');
  tablet.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  const [board, lock, pin] = [new KitchenPage(tablet), new LockScreen(tablet), new PinPage(tablet)];
  const bench = new Bench(tablet);
  const today = dayAt(server.now());
  await board.isOf(today);

  await test.step('the next morning the session is over, and the tablet is open', async () => {
    // To the server it is nobody's from now on.
    await tablet.context.clearCookies();
    await tablet.offline();
    await tablet.online();
    await signInAgain(tablet);
    await board.isOf(today);
    await tablet.offline();
    await tablet.page.reload();
    await expect(lock.heading).toBeVisible();
    await lock.open(TABLET_PIN);
    await board.isOf(today);
    await tablet.online();
  });

  await test.step('nobody remembers the PIN: the password lets in, and asks for a new one', async () => {
    await more(tablet).click();
    await closes(tablet);
    await tablet.page.getByRole('button', { name: say('lock-forgotten-pin'), exact: true }).click();
    await tryToSignIn(tablet, account('kitchen'));
    await expect(pin.sharedHeading).toBeVisible();
    await pin.choose('8024');
    await board.isOf(today);
  });

  await test.step('on the closed board the same words stand beside the PIN', async () => {
    await closes(tablet);
    await bench.lockButton.click();
    await bench.lock.getByRole('button', { name: say('lock-forgotten-pin'), exact: true }).click();
    await tryToSignIn(tablet, account('kitchen'));
    await expect(pin.sharedHeading).toBeVisible();
    await pin.choose(TABLET_PIN);
    await board.isOf(today);
  });
});

test('left alone before anybody has chosen its PIN, it asks for the password again', async ({ device, server }) => {
  const tablet = await device({ size: 'tablet' });
  const [board, pin] = [new KitchenPage(tablet), new PinPage(tablet)];
  const title = tablet.page.getByRole('heading', { level: 1 });
  await tablet.page.goto('/sign-in');
  await tryToSignIn(tablet, account('kitchen'));
  await expect(pin.sharedHeading).toBeVisible();

  await closes(tablet);
  await expect(title).toHaveText(say('auth-title'));
  await tablet.page.reload();
  await expect(title).toHaveText(say('auth-title'));
  await noViolations(tablet.page);

  await tryToSignIn(tablet, account('kitchen'));
  await pin.choose(TABLET_PIN);
  await board.isOf(dayAt(server.now()));
});

/** Nobody touches it for five minutes. */
async function closes(tablet: Device): Promise<void> {
  await tablet.context.clock.fastForward(FIVE_MINUTES);
}

/** The way to another page, in the bar. */
function more({ page }: Device) {
  return page.getByRole('navigation', { name: say('nav-main') }).getByRole('link', { name: say('nav-more'), exact: true });
}

/** Nothing of the page, hidden or not, tells who works there. */
async function isUnnamed({ page }: Device): Promise<void> {
  for (const { alias } of [AMINA, SELAM]) await expect(page.locator('body')).not.toContainText(alias);
}
