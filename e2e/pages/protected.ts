// Protected persons: opening them where nothing is kept, who knows of one, and the broken glass.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Screen } from '../fixtures/device.ts';
import type { Account } from '../fixtures/server.ts';
import { say } from '../fixtures/words.ts';
import { Shell } from './shell.ts';

/** The page on which one signs in where nothing is kept, and the line that stands over every page then. */
export class OnlinePage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** That nothing is kept. */
  get line(): Locator {
    return this.#page.getByText(say('online-line'), { exact: true });
  }

  /** What stands on the paper in place of the page. */
  get unprinted(): Locator {
    return this.#page.getByText(say('online-unprinted'), { exact: true });
  }

  /** Opens it: it is no place of the menu. */
  async open(): Promise<void> {
    await this.#page.goto('/online');
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(say('online-title'));
  }

  /** Fills in the form and sends it. */
  async send({ login, secret }: Account): Promise<void> {
    await this.#page.getByLabel(say('auth-user-name'), { exact: true }).fill(login);
    await this.#page.getByLabel(say('online-secret'), { exact: true }).fill(secret);
    await this.#page.getByRole('button', { name: say('auth-sign-in'), exact: true }).click();
  }

  /** Signs `account` in; ends on the page her day begins with. */
  async signIn(account: Account): Promise<void> {
    await this.open();
    await this.send(account);
    await expect(this.line).toBeVisible();
    await expect(this.#page).not.toHaveURL(/online/);
  }

  /** Signs out; where that ends is for the caller to see. */
  async signOut(): Promise<void> {
    const line = this.#page.getByRole('paragraph').filter({ hasText: say('online-line') });
    await line.getByRole('button', { name: say('auth-sign-out'), exact: true }).click();
  }

  /** Closes the page for good. */
  async close(): Promise<void> {
    await this.signOut();
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(say('auth-title'));
    await expect(this.#page).toHaveURL(/\/sign-in$/);
  }

  /** What the browser holds of this origin, but for the app itself. */
  async kept(): Promise<object> {
    return this.#page.evaluate(async () => {
      const caught = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      const files = caught.flat().map((request) => new URL(request.url).pathname);
      return {
        local: Object.keys(localStorage),
        tab: Object.keys(sessionStorage),
        databases: (await indexedDB.databases()).map(({ name }) => name),
        answers: files.filter((path) => path.startsWith('/api')),
        cookies: document.cookie,
      };
    });
  }
}

/** What is held where nothing is kept. */
export const NOTHING = { local: [], tab: [], databases: [], answers: [], cookies: '' };

/** What the page of a participant says of her protection. */
export class Shielding {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** The line of `name` in the list of participants. */
  inList(name: string): Locator {
    return this.#page.getByRole('main').getByRole('row').filter({ hasText: name });
  }

  /** From the list: goes to the page of `name`. */
  async goTo(name: string): Promise<void> {
    await this.inList(name).getByRole('link').click();
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(name);
  }

  /** The dialog that makes her a protected person. */
  get dialog(): Locator {
    return this.#page.getByRole('dialog', { name: say('shield-begin'), exact: true });
  }

  /** Opens it. */
  async open(): Promise<void> {
    await this.#page.getByRole('button', { name: say('shield-begin'), exact: true }).click();
    await expect(this.dialog).toBeVisible();
  }

  /** Chooses the second colleague and does it. */
  async begin(colleague: string): Promise<void> {
    await this.dialog.getByLabel(say('shield-with'), { exact: true }).selectOption({ label: colleague });
    await this.dialog.getByRole('button', { name: say('shield-send'), exact: true }).click();
  }

  /** Who knows of her, and what they ask each other. */
  get section(): Locator {
    return this.#page.getByRole('region', { name: say('shield-who'), exact: true });
  }

  /** One who knows of her. */
  knows(name: string): Locator {
    return this.section.getByRole('listitem').filter({ hasText: say('shield-since', { name, date: '' }).trim() });
  }

  /** Asks that `colleague` may know of her too. */
  async askFor(colleague: string): Promise<void> {
    await this.section.getByLabel(say('shield-name'), { exact: true }).selectOption({ label: colleague });
    await this.section.getByRole('button', { name: say('shield-ask'), exact: true }).click();
  }

  /** What is asked, and not answered yet. */
  get wishes(): Locator {
    return this.section.getByRole('list', { name: say('shield-asked-heading'), exact: true }).getByRole('listitem');
  }

  /** The button with which what is asked is granted, or not. */
  button(answer: 'action-yes' | 'action-no'): Locator {
    return this.wishes.getByRole('button', { name: new RegExp(`^${say(answer)} – `) });
  }
}

/** Her adviser, on the list of participants, makes `name` a protected person together with `colleague`. */
export async function protect(desk: Screen, name: string, colleague: string): Promise<void> {
  const hers = new Shielding(desk);
  await hers.goTo(name);
  await hers.open();
  await hers.begin(colleague);
  await new Shell(desk).isShared();
}

/** The broken glass: where it is broken, and where it is told. */
export class Glass {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  /** The part of the page that is open. */
  get section(): Locator {
    return this.#device.page.getByRole('region', { name: say('glass-title'), exact: true });
  }

  /** On “Mer”: breaks it. */
  async smash(reason: string): Promise<void> {
    await this.section.getByLabel(say('field-reason'), { exact: true }).fill(reason);
    await this.section.getByRole('button', { name: say('glass-send'), exact: true }).click();
  }
}
