// The sign-in page: card and PIN for participants, name and password for everybody else, and the second step of
// staff; the part of “Mer” where that is set up.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Device, Screen } from '../fixtures/device.ts';
import type { Account } from '../fixtures/server.ts';
import { say } from '../fixtures/words.ts';

/** Signs `account` in on `device`, as she would do it herself; ends on the page her day begins with. */
export async function signIn(device: Device, account: Account): Promise<void> {
  await device.page.goto('/sign-in');
  await tryToSignIn(device, account);
  await expect(device.page).not.toHaveURL(/sign-in/);
  device.user = account;
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
  await page.getByLabel(say(name)).fill(login);
  await page.getByLabel(say(word), { exact: true }).fill(secret);
  await page.getByRole('button', { name: say('auth-sign-in') }).click();
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

/** The part of “Mer” about the second step, and the dialog in which it is set up. */
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

  /** Writes her recovery codes down and goes on. */
  async writeDown(): Promise<string[]> {
    const codes = this.dialog.getByRole('code');
    await expect(codes).toHaveCount(10);
    const written = await codes.allInnerTexts();
    await this.dialog.getByRole('button', { name: say('recovery-written'), exact: true }).click();
    await expect(this.dialog).toBeHidden();
    return written;
  }
}
