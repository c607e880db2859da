// The list of participants and the page of one.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Screen } from '../fixtures/device.ts';
import type { Account } from '../fixtures/server.ts';
import { say } from '../fixtures/words.ts';

export class PeoplePages {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** From the list: the form for somebody new. */
  async beginToRegister(): Promise<void> {
    await this.#page.getByRole('link', { name: say('adviser-register') }).click();
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(say('adviser-register'));
  }

  /** From the list: registers somebody, and ends on her page. */
  async register(firstName: string, lastName: string): Promise<void> {
    await this.beginToRegister();
    await this.#page.getByLabel(say('adviser-first-name')).fill(firstName);
    await this.#page.getByLabel(say('adviser-last-name')).fill(lastName);
    await this.#page.getByRole('button', { name: say('people-register-now'), exact: true }).click();
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(`${firstName} ${lastName}`);
  }

  /** On her page: the tick of a group. */
  group(name: string): Locator {
    return this.#page.getByRole('checkbox', { name, exact: true });
  }

  /** On her page: the dialog that gives her another contact person. */
  async beginToAssign(name: string): Promise<Locator> {
    await this.#page.getByRole('button', { name: say('people-contact-change'), exact: true }).click();
    return this.#page.getByRole('dialog', { name: say('people-contact-of', { name }) });
  }

  /** On her page: makes her card, and gives what is printed on it. */
  async makeCard(firstName: string): Promise<Account> {
    await this.#page.getByRole('button', { name: say('slip-title') }).click();
    const dialog = this.#page.getByRole('dialog', { name: say('people-card-for', { name: firstName }) });
    await dialog.getByRole('button', { name: say('slip-make') }).click();
    const printed = dialog.getByRole('definition');
    await expect(printed).toHaveCount(2);
    const [login = '', pin = ''] = await printed.allInnerTexts();
    await dialog.getByRole('button', { name: say('people-card-done') }).click();
    // It is read in groups of digits, and typed without.
    return { role: 'participant', name: firstName, login, secret: pin.replace(/\s/g, '') };
  }
}
