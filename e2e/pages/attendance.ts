// The sessions of the last week, and the names of one.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Screen } from '../fixtures/device.ts';
import { exactly, say } from '../fixtures/words.ts';

export class AttendancePages {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** Opens the first session nobody has registered, and gives the names on it. */
  async openFirstMissing(): Promise<string[]> {
    const missing = this.#page.getByRole('region', { name: say('roll-not-yet') });
    await missing.getByRole('link', { name: new RegExp(`^${exactly(say('roll-register'))}`) }).first().click();
    return this.names();
  }

  /** The names on the list that is open. */
  async names(): Promise<string[]> {
    const here = this.#page.getByRole('radio', { name: new RegExp(`^${say('attendance-here')} – `) });
    await expect(here.first()).toBeVisible();
    const labels = await here.evaluateAll((fields) => fields.map((field) => field.getAttribute('aria-label') ?? ''));
    return labels.map((label) => label.replace(/^.* – /, ''));
  }

  /** One of the three choices of one participant: `attendance-here`, `attendance-late`, `attendance-away`. */
  choice(name: string, key: string): Locator {
    return this.#page.getByRole('radio', { name: `${say(key)} – ${name}`, exact: true });
  }

  /** All about one participant. */
  row(name: string): Locator {
    return this.#page.getByRole('listitem').filter({ has: this.#page.getByRole('group', { name, exact: true }) });
  }

  /** Taps one of the choices. */
  async choose(name: string, key: string): Promise<void> {
    await this.choice(name, key).check();
  }
}
