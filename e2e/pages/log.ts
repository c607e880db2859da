// The log: who did what with whose information.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Screen } from '../fixtures/device.ts';
import { say } from '../fixtures/words.ts';
import { Shell } from './shell.ts';

export class LogPage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** Goes there from `place` of the menu, the way people do; `title` is what the page is called for her. */
  async open(place: 'nav-me' | 'nav-more', title: string): Promise<void> {
    await new Shell(this.#device).goTo(say(place));
    await this.#page.getByRole('link', { name: say('log-open'), exact: true }).click();
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(say(title));
  }

  /** The lines that say `what`. */
  lines(what: string | RegExp): Locator {
    return this.#page.getByRole('main').getByRole('listitem').filter({ hasText: what });
  }

  /** The lines of today that say `what`. */
  today(what: string | RegExp): Locator {
    const today = this.#page.getByRole('region', { name: say('date-today'), exact: true });
    return today.getByRole('listitem').filter({ hasText: what });
  }

  /** Shows what deserves a second look, or everything again. */
  async show(what: 'log-review' | 'log-everything'): Promise<void> {
    await this.#page.getByRole('radio', { name: say(what), exact: true }).check();
  }

  /** Says that the item of this name has been looked through. */
  async lookedThrough(what: string): Promise<void> {
    await this.#page.getByRole('button', { name: say('log-review-done-of', { what }), exact: true }).click();
  }

  /** Chooses whose doings are shown: one colleague's, or everybody's. */
  async by(name: string): Promise<void> {
    await this.#page.getByLabel(say('log-by'), { exact: true }).selectOption({ label: name });
  }

  /** Chooses to whom: one participant, or everybody. */
  async about(name: string): Promise<void> {
    await this.#page.getByLabel(say('role-participant'), { exact: true }).selectOption({ label: name });
  }
}
