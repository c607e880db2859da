// The ways in by a provider outside: connected under “Mer”, signed in by, refused, and while it is away.
import type { Locator, Page } from '@playwright/test';
import { noViolations } from '../fixtures/axe.ts';
import { dayAt, instant } from '../fixtures/calendar.ts';
import { answered } from '../fixtures/complaints.ts';
import type { Device, Screen } from '../fixtures/device.ts';
import { record } from '../fixtures/disk.ts';
import { FEIDE, ID_PORTEN, IdentityProvider, sayWho, signOutThere, turnBack } from '../fixtures/provider.ts';
import { account, expect, running, test as base } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { OrdersPage } from '../pages/orders.ts';
import { TodayPage, WeekPage } from '../pages/participant.ts';
import { NOTHING, OnlinePage, protect } from '../pages/protected.ts';
import { Shell } from '../pages/shell.ts';
import { answer, LockScreen, PinPage, signIn, signOut } from '../pages/sign_in.ts';

/** National ids nobody has: there is no month 99. */
const KARI = '01990012345';
const AMINA = '02990012345';
const NOBODY = '03990012345';
const BENTE = 'Bente Aarseth';
const FIVE_MINUTES = '05:06';
/** A minute less than a phone stays open, and what then makes it five. */
const [ALMOST, THE_REST] = ['04:00', '01:06'];

const test = base.extend<{ provider: IdentityProvider }>({
  // Playwright wants to see what a fixture needs, also when that is nothing.
  provider: async ({}, use) => {
    const provider = await IdentityProvider.open();
    await use(provider);
    await provider.close();
  },
  server: async ({ clock, provider }, use, info) => running(instant(clock), use, info, provider.options),
});

/** The button on the sign-in page. */
async function chooses({ page }: Screen, label: string): Promise<void> {
  await page.getByRole('button', { name: say('oidc-sign-in', { label }), exact: true }).click();
}

/** The part of “Mer” about other ways in. */
function connections({ page }: Screen): Locator {
  return page.getByRole('region', { name: say('oidc-title'), exact: true });
}

/** On “Mer”: signs out; the provider by which she came asks whether she signs out there, too. */
async function leaves(device: Screen, means?: 'Nei'): Promise<void> {
  await device.page.getByRole('button', { name: say('auth-sign-out'), exact: true }).click();
  await signOutThere(device, means);
  await expect(device.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
}

/** Is somebody signed in at the provider in this browser? */
async function isKnownThere({ context }: Device): Promise<boolean> {
  // It is on this machine too, and its cookies with ours.
  return (await context.cookies()).some(({ name }) => name === '_session');
}

/** A page of the provider tells this, in a frame; it has been heard when the page is there. */
async function tellsInAFrame(page: Page, provider: IdentityProvider, address: string): Promise<void> {
  const asked = page.waitForRequest((request) => request.url() === address);
  await page.goto(provider.tells(address));
  await asked;
}

/** What the server answers to whoever is signed in in this browser. */
async function me({ page }: Screen): Promise<number> {
  return (await page.request.get('/api/me')).status();
}

/** On the page “Mer” or “Meg”: connects her, showing what she signs in with. */
async function connect(device: Device, asked: 'auth-password' | 'auth-pin', who: string): Promise<void> {
  const { page, user } = device;
  const label = say('oidc-link', { label: ID_PORTEN });
  await connections(device).getByRole('button', { name: label, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: label });
  await expect(dialog).toBeVisible();
  await noViolations(page);
  await dialog.getByLabel(say(asked), { exact: true }).fill('nothing');
  await dialog.getByRole('button', { name: say('action-next'), exact: true }).click();
  await expect(dialog.getByRole('alert')).toHaveText(say('oidc-wrong'));
  await dialog.getByLabel(say(asked), { exact: true }).fill(user?.secret ?? '');
  await dialog.getByRole('button', { name: say('action-next'), exact: true }).click();
  await sayWho(device, who);
  await expect(connections(device)).toContainText(like('oidc-since'));
  await expect(page).toHaveURL(/\/more$/);
}

test('an adviser connects ID-porten, signs in by it, signs out there too, and here when she signs out there', async ({
  actor,
  provider,
}) => {
  const desk = await actor('adviser');
  const shell = new Shell(desk);
  desk.complaints.allow(answered(403, '/api/oidc/begin'));
  await shell.goTo(say('nav-more'));
  await connect(desk, 'auth-password', KARI);
  await noViolations(desk.page);

  await signOut(desk);
  await noViolations(desk.page);
  await chooses(desk, ID_PORTEN);
  await sayWho(desk, KARI);
  await expect(desk.page).not.toHaveURL(/sign-in/);
  await shell.isShared();

  await test.step('whoever signs out is led there, and is known to nobody at this computer any more', async () => {
    await shell.goTo(say('nav-more'));
    expect(await isKnownThere(desk), 'the control').toBe(true);
    await leaves(desk);
    expect(await isKnownThere(desk)).toBe(false);
    expect(await desk.page.evaluate(() => Object.keys(localStorage).filter((key) => /session|way-out/.test(key)))).toEqual([]);
    await noViolations(desk.page);
    // Once is enough.
    await desk.page.reload();
    await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
  });

  await test.step('whoever stays signed in there is led back all the same', async () => {
    await chooses(desk, ID_PORTEN);
    await sayWho(desk, KARI);
    await shell.isShared();
    await shell.goTo(say('nav-more'));
    await leaves(desk, 'Nei');
    expect(await isKnownThere(desk)).toBe(true);
  });

  await test.step('she turns back the next time, and may try again', async () => {
    await chooses(desk, ID_PORTEN);
    await turnBack(desk);
    await expect(answer(desk)).toHaveText(say('oidc-refused'));
    await expect(answer(desk).locator('..'), 'it is read out, and seen').toBeFocused();
    await expect(desk.page).toHaveURL(/\/sign-in$/);
    await noViolations(desk.page);
    await chooses(desk, ID_PORTEN);
    await sayWho(desk, KARI);
    await shell.isShared();
  });

  await test.step('what she ends there ends here', async () => {
    // Nobody may frame us: the browser asks, shows nothing of the answer, and complains.
    const refused = [/frame-ancestors/, /ERR_BLOCKED_BY_RESPONSE/];
    desk.complaints.allow(answered(401, '/api/'), /WebSocket connection to/, ...refused);
    const { issuer, sessions } = provider;
    const sid = sessions.at(-1) ?? '';
    const address = (over: Record<string, string>): string =>
      `${desk.origin}/api/oidc/logout?${new URLSearchParams(over).toString()}`;
    const there = await desk.context.newPage();
    const [others, strangers] = [{ iss: issuer, sid: sessions[0] ?? '' }, { iss: 'https://evil.example', sid }];
    for (const over of [others, strangers, { iss: issuer, sid: `${sid}x` }]) {
      await tellsInAFrame(there, provider, address(over));
      expect(await me(desk), JSON.stringify(over)).toBe(200);
    }
    await tellsInAFrame(there, provider, address({ iss: issuer, sid }));
    expect(await me(desk)).toBe(401);
    await desk.page.reload();
    // She has typed nothing by which the device could be opened.
    await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    expect(desk.complaints.violations.filter((one) => !one.includes('frame-ancestors'))).toEqual([]);
    desk.complaints.forgive();
  });
});

test('a participant connects with her PIN, chooses one for another phone, and ends it again', async ({ actor, device }) => {
  test.slow();
  const phone = await actor('participant');
  phone.complaints.allow(answered(403, '/api/oidc/begin'));
  await new Shell(phone).goTo(say('nav-me'));
  await connect(phone, 'auth-pin', AMINA);
  await expect(connections(phone).getByRole('listitem')).toHaveCount(2);

  const other = await device({ size: 'phone' });
  const [pins, lock, today] = [new PinPage(other), new LockScreen(other), new TodayPage(other)];
  const title = other.page.getByRole('heading', { level: 1 });
  await other.page.goto('/sign-in');
  await chooses(other, ID_PORTEN);
  await sayWho(other, AMINA);

  await test.step('before she sees anything there she chooses a PIN, and is told what is not taken', async () => {
    await expect(pins.heading).toBeVisible();
    await expect(pins.pin).toBeFocused();
    await noViolations(other.page);
    for (const [pin, again, said] of [
      ['258', '258', like('pin-shape')],
      ['25a0', '25a0', like('pin-shape')],
      ['1234', '1234', like('pin-easy')],
      ['2580', '2581', like('pin-differs')],
    ] as const) {
      await pins.choose(pin, again);
      await expect(answer(other)).toHaveText(said);
      await expect(pins.pin).toBeFocused();
      await expect(pins.pin).toHaveValue('');
    }
    await noViolations(other.page);
    await expect(today.heading).toHaveCount(0);
  });

  await test.step('whoever finds the phone after she has gone does not choose for her', async () => {
    await pins.pin.click();
    await other.context.clock.fastForward(ALMOST);
    await expect(pins.heading).toBeVisible();
    await other.context.clock.fastForward(THE_REST);
    await expect(title).toHaveText(say('auth-title'));
    await other.page.reload();
    await expect(title).toHaveText(say('auth-title'));
    await expect(pins.heading).toHaveCount(0);
    await chooses(other, ID_PORTEN);
    await sayWho(other, AMINA);
    await expect(pins.heading).toBeVisible();
  });

  await test.step('where the browser makes no key of it, nothing is kept, and she is told', async () => {
    await other.page.evaluate(() => {
      crypto.subtle.deriveBits = () => Promise.reject(new Error('there is no key today'));
    });
    await pins.choose('2580');
    await expect(answer(other)).toHaveText(say('pin-unsaved'));
    await expect(pins.heading).toBeVisible();
    expect((await record(other))?.wrapped).toBeUndefined();
    await noViolations(other.page);
  });

  await test.step('loaded anew, the page asks her again', async () => {
    await other.page.reload();
    await expect(pins.heading).toBeVisible();
    await pins.choose('2580');
    await expect(today.heading).toBeVisible();
    await expect(other.page).not.toHaveURL(/sign-in/);
    await new Shell(other).isShared();
    await other.keepsTheApp();
  });

  await test.step('it opens her page without a network, and that of her card does not', async () => {
    await other.offline();
    await other.page.reload();
    await expect(lock.heading).toBeVisible();
    await lock.type(phone.user?.secret ?? '');
    await expect(answer(other)).toContainText(say('lock-wrong-pin', { count: 4 }));
    await lock.open('2580');
    await expect(today.heading).toBeVisible();
  });

  await test.step('her screen closes after five minutes', async () => {
    await other.context.clock.fastForward(FIVE_MINUTES);
    await expect(lock.heading).toBeVisible();
    await expect(today.heading).toBeHidden();
    await lock.open('2580');
    await expect(today.heading).toBeVisible();
    await other.online();
    await new Shell(other).isShared();
  });

  await test.step('a forgotten one is mended where she comes from', async () => {
    await other.context.clock.fastForward(FIVE_MINUTES);
    await other.page.getByRole('button', { name: say('lock-forgotten-pin'), exact: true }).click();
    await chooses(other, ID_PORTEN);
    await sayWho(other, AMINA);
    await expect(pins.heading).toBeVisible();
    // What opened it before does so no more. If she goes now, it stays closed to whoever comes.
    await other.context.clock.fastForward(FIVE_MINUTES);
    await expect(title).toHaveText(say('auth-title'));
    await chooses(other, ID_PORTEN);
    await sayWho(other, AMINA);
    await expect(pins.heading).toBeVisible();
    await pins.choose('13570');
    await expect(today.heading).toBeVisible();
    await other.context.clock.fastForward(FIVE_MINUTES);
    await expect(lock.heading).toBeVisible();
    await lock.open('13570');
    await expect(today.heading).toBeVisible();
  });

  const label = say('oidc-end', { label: ID_PORTEN });
  const end = connections(phone).getByRole('listitem').getByRole('button', { name: label, exact: true });
  const asks = phone.page.getByRole('dialog', { name: label, exact: true });
  await end.click();
  await expect(asks).toContainText(say('oidc-end-what', { label: ID_PORTEN }));
  await noViolations(phone.page);
  await asks.getByRole('button', { name: say('action-cancel'), exact: true }).click();
  await expect(asks).toBeHidden();
  await expect(connections(phone), 'nothing is ended yet').toContainText(like('oidc-since'));
  await end.click();
  await asks.getByRole('button', { name: label, exact: true }).click();
  await expect(asks).toBeHidden();
  await expect(end).toBeHidden();
  await expect(connections(phone).getByRole('heading', { name: say('oidc-title') })).toBeFocused();
  await noViolations(phone.page);
});

test('a protected participant comes in by ID-porten where nothing is kept', async ({ actor, device, server }) => {
  test.slow();
  const [phone, amina] = [await actor('participant'), account('participant')];
  phone.complaints.allow(answered(403, '/api/oidc/begin'), answered(401, '/api/'), /WebSocket connection to/);
  await new Shell(phone).goTo(say('nav-me'));
  await connect(phone, 'auth-pin', AMINA);
  await protect(await actor('adviser'), amina.name, BENTE);

  const other = await device({ size: 'phone' });
  other.complaints.allow(answered(409, '/api/oidc/finish'));
  const [online, week] = [new OnlinePage(other), new WeekPage(other)];
  await test.step('elsewhere she is told where to go', async () => {
    await other.page.goto('/sign-in');
    await chooses(other, ID_PORTEN);
    await sayWho(other, AMINA);
    await expect(answer(other)).toContainText(say('online-only'));
    await noViolations(other.page);
    await answer(other).getByRole('link', { name: say('online-title'), exact: true }).click();
    await expect(other.page.getByRole('heading', { level: 1 })).toHaveText(say('online-title'));
  });

  await test.step('there the same button leads her to her week', async () => {
    await expect(other.page.getByRole('button', { name: say('oidc-sign-in', { label: ID_PORTEN }), exact: true })).toBeVisible();
    await noViolations(other.page);
    await chooses(other, ID_PORTEN);
    await sayWho(other, AMINA);
    await expect(new TodayPage(other).heading).toBeVisible();
    await expect(online.line).toBeVisible();
    await new Shell(other).goTo(say('nav-week'));
    await week.isOf(dayAt(server.now()));
    expect((await week.titles()).length).toBeGreaterThan(0);
    await noViolations(other.page);
  });

  await test.step('nothing of her is left', async () => {
    expect(await online.kept()).toEqual(NOTHING);
    // The provider is on this machine too, and its cookies with it.
    const ours = (await other.context.cookies()).filter(({ name }) => name.startsWith('minvei'));
    expect(ours).toEqual([]);
    await other.page.reload();
    await expect(other.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
  });

  await test.step('whoever signs out there is led to the provider, too', async () => {
    await other.page.goto('/online');
    await chooses(other, ID_PORTEN);
    await sayWho(other, AMINA);
    await expect(online.line).toBeVisible();
    expect(await isKnownThere(other), 'the control').toBe(true);
    await online.signOut();
    await signOutThere(other);
    await expect(other.page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    expect(await isKnownThere(other)).toBe(false);
  });
});

test('whoever is not connected, or has shown too little, is told what to do', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  phone.complaints.allow(answered(404, '/api/oidc/finish'));
  await phone.page.goto('/sign-in');
  await chooses(phone, ID_PORTEN);
  await sayWho(phone, NOBODY);
  await expect(answer(phone)).toHaveText(say('oidc-not-linked'));
  await expect(phone.page).toHaveURL(/\/sign-in$/);
  await noViolations(phone.page);

  await chooses(phone, ID_PORTEN);
  await sayWho(phone, NOBODY, 'low');
  await expect(answer(phone)).toHaveText(say('oidc-low'));

  const other = await device({ size: 'phone' });
  await other.page.goto('/sign-in');
  await chooses(other, ID_PORTEN);
  await sayWho(other, 'somebody-from-abroad');
  await expect(answer(other)).toHaveText(say('oidc-nobody'));
  await signIn(phone, account('participant'));
});

test('a school comes in by Feide, and its pupils do not', async ({ device, provider }) => {
  const desk = await device({ size: 'desktop' });
  desk.complaints.allow(answered(404, '/api/oidc/finish'));
  const groups = (affiliation: string): readonly object[] => [
    { id: 'fc:org:bergen.example', type: 'fc:org', membership: { affiliation: ['member', affiliation] } },
    { id: 'fc:org:bergen.example:unit:NO100000008', type: 'fc:org', membership: { basic: 'member' } },
  ];
  provider.groups = groups('student');
  await desk.page.goto('/sign-in?as=staff');
  await chooses(desk, FEIDE);
  await sayWho(desk, 'pupil');
  await expect(answer(desk)).toHaveText(say('oidc-not-linked'));

  const other = await device({ size: 'desktop' });
  provider.groups = groups('employee');
  await other.page.goto('/sign-in?as=staff');
  await chooses(other, FEIDE);
  await sayWho(other, 'secretary');
  await new OrdersPage(other).isOpen();
  await new Shell(other).isShared();
});

test('while a provider is away its button says so, and a password lets in', async ({ device, provider }) => {
  const desk = await device({ size: 'desktop' });
  desk.complaints.allow(answered(503, '/api/oidc/begin'));
  await provider.close();
  await desk.page.goto('/sign-in');
  await chooses(desk, ID_PORTEN);
  await expect(answer(desk)).toHaveText(say('oidc-away'));
  // Its button stands below the form.
  await expect(answer(desk)).toBeInViewport();
  await expect(answer(desk).locator('..')).toBeFocused();
  await noViolations(desk.page);
  await signIn(desk, account('adviser'));
});
