// The sign-in page: card and PIN for participants, name and password for everybody else, the second step and the
// passkeys of staff; the parts of “Mer” where those are set up.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Device, Screen } from '../fixtures/device.ts';
import type { Account } from '../fixtures/server.ts';
import { say } from '../fixtures/words.ts';

/** The PIN of the kitchen's tablet, which everybody there knows. */
export const TABLET_PIN = '7391';

/** What opens a device on which `account` is signed in: what she has typed, or the PIN of a tablet that several share. */
export function opener({ role, secret }: Account): string {
  return role === 'kitchen' ? TABLET_PIN : secret;
}

/** Signs `account` in on `device`, as she would do it herself; ends on the page her day begins with. */
export async function signIn(device: Device, account: Account): Promise<void> {
  await device.page.goto('/sign-in');
  await tryToSignIn(device, account);
  await choosesPin(device, account);
  await expect(device.page).not.toHaveURL(/sign-in/);
  device.user = account;
}

/** Chooses the PIN of a device that several share, where `account` has just signed in on one for the first time. */
export async function choosesPin(device: Screen, account: Account): Promise<void> {
  if (account.role === 'kitchen') await new PinPage(device).choose(TABLET_PIN);
}

/** Signs the same person in again where her session has ended; what waits on the device is shared then. */
export async function signInAgain(device: Device): Promise<void> {
  const { page, user } = device;
  if (!user) throw new Error('nobody has signed in yet');
  await expect(page.getByText(say('auth-again'))).toBeVisible();
  await page.getByRole('link', { name: say('auth-sign-in') }).click();
  await tryToSignIn(device, user);
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Fills in the form and sends it; what comes of it is for the caller to see. */
export async function tryToSignIn({ page }: Screen, { role, login, secret }: Account): Promise<void> {
  const isParticipant = role === 'participant';
  const who = isParticipant ? say('role-participant') : say('auth-staff-heading');
  await page.getByRole('navigation', { name: say('auth-who') }).getByRole('link', { name: who }).click();
  const name = isParticipant ? 'auth-card-code' : 'auth-user-name';
  const word = isParticipant ? 'auth-pin' : 'auth-password';
  await page.getByLabel(say(name), { exact: true }).fill(login);
  await page.getByLabel(say(word), { exact: true }).fill(secret);
  await page.getByRole('button', { name: say('auth-sign-in'), exact: true }).click();
}

/** The closed screen: what its owner types opens it. */
export class LockScreen {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get heading(): Locator {
    return this.#device.page.getByRole('heading', { level: 1, name: say('auth-locked') });
  }

  /** The field for the PIN or the password. */
  get secret(): Locator {
    return this.#device.page.getByLabel(new RegExp(`^(${say('auth-pin')}|${say('auth-password')})$`));
  }

  /** Types `secret` and sends it. */
  async type(secret: string): Promise<void> {
    await this.secret.fill(secret);
    await this.#device.page.getByRole('button', { name: say('auth-unlock'), exact: true }).click();
  }

  /** Opens it, if it is closed. */
  async open(secret: string): Promise<void> {
    const { page } = this.#device;
    // Once anything of the app is there, it is known which of the two it is: behind a closed screen the page is hidden.
    await page.locator('.app').first().waitFor({ state: 'attached' });
    if ((await page.locator('.app[hidden]').count()) === 0) return;
    await expect(this.heading).toBeVisible();
    await this.type(secret);
    await expect(this.heading).toBeHidden();
  }

  /** Tries five times in vain, and then it is shut; `said` is the key of what it says to a wrong one. */
  async shutOut(wrong: string, said: string): Promise<void> {
    const { page } = this.#device;
    for (let left = 4; left > 0; left -= 1) {
      await this.type(wrong);
      await expect(page.getByRole('alert')).toContainText(say(said, { count: left }));
    }
    await this.type(wrong);
    await expect(page.getByText(say('lock-shut'))).toBeVisible();
  }
}

/** Where somebody who has typed nothing chooses the PIN of this device, before she sees anything; and that of a tablet. */
export class PinPage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get heading(): Locator {
    return this.#device.page.getByRole('heading', { level: 1, name: say('pin-title') });
  }

  /** The heading on a tablet that several share. */
  get sharedHeading(): Locator {
    return this.#device.page.getByRole('heading', { level: 1, name: say('pin-shared-title') });
  }

  /** The first field. */
  get pin(): Locator {
    return this.#device.page.getByLabel(say('pin-new'), { exact: true });
  }

  /** Types `pin`, and then `again`, and sends them. */
  async choose(pin: string, again = pin): Promise<void> {
    await this.pin.fill(pin);
    await this.#device.page.getByLabel(say('pin-again'), { exact: true }).fill(again);
    await this.#device.page.getByRole('button', { name: say('pin-save'), exact: true }).click();
  }
}

/** Asks to be let in by a passkey, on the sign-in page; what comes of it is for the caller to see. */
export async function tryWithPasskey({ page }: Screen): Promise<void> {
  await page
    .getByRole('navigation', { name: say('auth-who') })
    .getByRole('link', { name: say('auth-staff-heading') })
    .click();
  await page.getByRole('button', { name: say('auth-passkey'), exact: true }).click();
}

/** What the page answers to a try that did not go well. */
export function answer({ page }: Device): Locator {
  return page.getByRole('alert');
}

/** Signs out on the page “Mer”, which is open, with nothing left to share. */
export async function signOut({ page }: Screen): Promise<void> {
  await page.getByRole('button', { name: say('auth-sign-out'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
}

/** What the server's clock shows from now on, as it tells whoever is signed in here. */
export async function serverClock({ page }: Screen): Promise<() => number> {
  const now = await page.evaluate(async () => {
    const me = (await (await fetch('/api/me')).json()) as { server_time: number };
    return me.server_time;
  });
  const ahead = now - Date.now();
  return () => Date.now() + ahead;
}

/** The step after the password: a code of her phone, or one of her recovery codes. */
export class CodeStep {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** The field for the digits of her app. */
  get digits(): Locator {
    return this.#page.getByRole('textbox', { name: say('second-code'), exact: true });
  }

  /** The field for a recovery code. */
  get recovery(): Locator {
    return this.#page.getByRole('textbox', { name: say('second-recovery'), exact: true });
  }

  /** She does not have her phone. */
  async takeRecovery(): Promise<void> {
    await this.#page.getByRole('button', { name: say('second-no-phone'), exact: true }).click();
    await expect(this.recovery).toBeFocused();
  }

  /** Types a code where there is room for one and sends it; gives the status of the answer. */
  async send(code: string): Promise<number> {
    await this.digits.or(this.recovery).fill(code);
    const answered = this.#page.waitForResponse('**/api/sign-in');
    await this.#page.getByRole('button', { name: say('auth-sign-in'), exact: true }).click();
    return (await answered).status();
  }
}

/** The part of “Mer” about the second step, the dialog in which it is set up, and the codes that follow. */
export class SecondStep {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  get section(): Locator {
    return this.#page.getByRole('region', { name: say('second-title'), exact: true });
  }

  get dialog(): Locator {
    return this.#page.getByRole('dialog', { name: say('second-set-up') });
  }

  /** Opens the dialog: by `second-set-up`, or by `second-anew`. */
  async open(button: 'second-set-up' | 'second-anew'): Promise<void> {
    await this.section.getByRole('button', { name: say(button), exact: true }).click();
    await expect(this.dialog).toBeVisible();
  }

  /** Where she has none yet, her password shows that it is she. */
  async prove(password: string): Promise<void> {
    await this.dialog.getByLabel(say('auth-password'), { exact: true }).fill(password);
    await this.dialog.getByRole('button', { name: say('action-next'), exact: true }).click();
  }

  /** The secret for her app. */
  async secret(): Promise<string> {
    return this.dialog.getByRole('code').innerText();
  }

  /** The field for a code in the dialog. */
  get code(): Locator {
    return this.dialog.getByRole('textbox', { name: say('second-code'), exact: true });
  }

  /** Shows that her app makes codes. */
  async confirm(code: string): Promise<void> {
    await this.code.fill(code);
    await this.dialog.getByRole('button', { name: say('second-confirm'), exact: true }).click();
  }

  /** Her recovery codes, which take the place of the page. */
  get codes(): Locator {
    return this.#page.getByRole('main').getByRole('code');
  }

  /** Writes her recovery codes down and goes on. */
  async writeDown(): Promise<string[]> {
    await expect(this.codes).toHaveCount(10);
    const written = await this.codes.allInnerTexts();
    await this.#page.getByRole('button', { name: say('recovery-written'), exact: true }).click();
    await expect(this.codes).toHaveCount(0);
    return written;
  }
}

/** The part of “Mer” about passkeys. */
export class PasskeyList {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get section(): Locator {
    return this.#device.page.getByRole('region', { name: say('passkeys-title'), exact: true });
  }

  /** The dialog in which one is added. */
  get adding(): Locator {
    return this.#device.page.getByRole('dialog', { name: say('passkeys-add'), exact: true });
  }

  /** Opens that dialog. */
  async open(): Promise<void> {
    await this.section.getByRole('button', { name: say('passkeys-add'), exact: true }).click();
    await expect(this.adding).toBeVisible();
  }

  /** Shows who she is, where that is asked for, and has one made. */
  async make(password?: string): Promise<void> {
    if (password !== undefined) await this.adding.getByLabel(say('auth-password'), { exact: true }).fill(password);
    await this.adding.getByRole('button', { name: say('passkeys-make'), exact: true }).click();
  }

  /** Takes the one called `name` away, and means it. */
  async remove(name: string): Promise<void> {
    await this.section.getByRole('button', { name: say('passkeys-end-named', { name }), exact: true }).click();
    const asks = this.#device.page.getByRole('dialog', { name: say('passkeys-end'), exact: true });
    await expect(asks).toContainText(say('passkeys-end-what', { name }));
    await asks.getByRole('button', { name: say('action-remove'), exact: true }).click();
    await expect(asks).toBeHidden();
  }
}
