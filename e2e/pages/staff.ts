// Colleagues and schools' contacts, and the page of each, as the manager sees them.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Device } from '../fixtures/device.ts';
import { say } from '../fixtures/words.ts';
import { Shell } from './shell.ts';

/** Somebody who is to be registered; `role` is the key of its word. */
export interface Newcomer {
  readonly name: string;
  readonly role: string;
  readonly school?: string;
}

export class StaffPages {
  readonly #device: Device;

  constructor(device: Device) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** Goes to the list, the way people do. */
  async open(): Promise<void> {
    await new Shell(this.#device).goTo(say('nav-more'));
    await this.#page.getByRole('link', { name: say('staff-open') }).click();
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(say('staff-title'));
  }

  /** The line of somebody in the list. */
  row(name: string): Locator {
    return this.#page.getByRole('row').filter({ has: this.#page.getByRole('link', { name, exact: true }) });
  }

  /** From the list: opens somebody's page. */
  async goTo(name: string): Promise<void> {
    await this.row(name).getByRole('link').click();
    await this.#isOf(name);
  }

  /** From the list: the dialog for somebody new. */
  async beginToRegister(): Promise<Locator> {
    await this.#page.getByRole('button', { name: say('staff-new'), exact: true }).click();
    return this.#page.getByRole('dialog', { name: say('staff-new') });
  }

  /** From the list: registers somebody, and ends on her page. */
  async register({ name, role, school }: Newcomer): Promise<void> {
    const dialog = await this.beginToRegister();
    await dialog.getByLabel(say('adviser-name'), { exact: true }).fill(name);
    await dialog.getByLabel(say('staff-role'), { exact: true }).selectOption({ label: say(role) });
    if (school !== undefined) {
      await dialog.getByLabel(say('staff-school'), { exact: true }).selectOption({ label: school });
    }
    await dialog.getByRole('button', { name: say('people-register-now'), exact: true }).click();
    await this.#isOf(name);
  }

  /** On somebody's page: gives her another part; `role` is the key of its word. */
  async changeRole(role: string): Promise<void> {
    await this.#page.getByLabel(say('staff-role'), { exact: true }).selectOption({ label: say(role) });
    await this.#page.getByRole('button', { name: say('action-save'), exact: true }).click();
  }

  /** On somebody's page: what she is the contact person for. */
  get contactFor(): Locator {
    return this.#page.getByRole('region', { name: say('adviser-participants-title'), exact: true });
  }

  /** On somebody's page: how she signs in. */
  get signIn(): Locator {
    return this.#page.getByRole('region', { name: say('staff-access'), exact: true });
  }

  /** On somebody's page: the button that makes her first link, or another one. */
  get linkButton(): Locator {
    const first = this.signIn.getByRole('button', { name: say('staff-link-make'), exact: true });
    return first.or(this.signIn.getByRole('button', { name: say('staff-link-new'), exact: true }));
  }

  /** The dialog that shows somebody's link. */
  linkOf(name: string): Locator {
    return this.#page.getByRole('dialog', { name: say('staff-link-for', { name }) });
  }

  /** On somebody's page: makes her link, and gives where it leads, on whatever host; its dialog stays open. */
  async makeLink(name: string): Promise<string> {
    await this.linkButton.click();
    const written = await this.linkOf(name).getByRole('code').innerText();
    const { pathname, hash } = new URL(written);
    return `${pathname}${hash}`;
  }

  /** On a school's page: the question before another link stops the one there is. */
  async beginToReplace(): Promise<Locator> {
    await this.linkButton.click();
    return this.#page.getByRole('dialog', { name: say('staff-link-new'), exact: true });
  }

  /** Closes the dialog with somebody's link. */
  async closeLink(name: string): Promise<void> {
    await this.linkOf(name).getByRole('button', { name: say('people-card-done'), exact: true }).click();
    await expect(this.linkOf(name)).toBeHidden();
  }

  /** On somebody's page: withdraws her link. */
  async withdraw(): Promise<void> {
    await this.signIn.getByRole('button', { name: say('staff-withdraw'), exact: true }).click();
    const dialog = this.#page.getByRole('dialog', { name: say('staff-withdraw') });
    await dialog.getByRole('button', { name: say('staff-withdraw'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** On somebody's page: the dialog that ends her access. */
  async beginToEnd(name: string): Promise<Locator> {
    await this.#page.getByRole('button', { name: say('staff-end'), exact: true }).click();
    return this.#page.getByRole('dialog', { name: say('staff-end-title', { name }) });
  }

  /** On the page of a contact person: gives all her participants to somebody else. */
  async handOver(count: number, to: string): Promise<void> {
    const hers = this.contactFor;
    await hers.getByLabel(say('staff-who-takes-over')).selectOption({ label: to });
    await hers.getByRole('button', { name: say('staff-hand-over', { count }), exact: true }).click();
    await expect(hers).toContainText(say('staff-is-contact-for', { count: 0 }));
  }

  async #isOf(name: string): Promise<void> {
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(name);
  }
}
