// The school's page: the coming days, and the standing order.
import { expect, type Locator, type Page } from '@playwright/test';
import { capital, dayWritten, longDate } from '../fixtures/calendar.ts';
import type { Screen } from '../fixtures/device.ts';
import { exactly, like, say } from '../fixtures/words.ts';

export class OrdersPage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** The page stands, with its days. */
  async isOpen(): Promise<void> {
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(like('order-title'));
    await expect(this.#counts.first()).toBeVisible();
  }

  /** The open school days on the page from tomorrow on, in order; `from` is today. */
  async days(from: string): Promise<string[]> {
    const names = await this.#counts.evaluateAll((fields) => fields.map((field) => field.getAttribute('aria-label') ?? ''));
    const days = names.map((name) => dayWritten(name, from));
    return days.filter((day) => day > from).sort();
  }

  /** The first `count` days that may still be changed without asking the kitchen. */
  async changeable(count: number, from: string): Promise<string[]> {
    const found: string[] = [];
    for (const day of await this.days(from)) {
      if (!like('order-deadline-passed').test(await this.day(day).innerText())) found.push(day);
    }
    expect(found.length, 'days that may be changed').toBeGreaterThanOrEqual(count);
    return found.slice(0, count);
  }

  /** All about one day: large for the next one, a row for the others. */
  day(day: string): Locator {
    const heading = this.#page.getByRole('heading', { name: longDate(day) });
    const row = this.#page.getByRole('listitem').filter({ has: heading });
    const large = this.#page.getByRole('region', { name: new RegExp(longDate(day), 'i') });
    // Today's row stands in a part of the page that has its name too.
    return large.or(row).last();
  }

  /** The field with the number of packets. */
  count(day: string): Locator {
    return this.#page.getByRole('textbox', { name: say('order-count', { day: longDate(day) }), exact: true });
  }

  async packets(day: string): Promise<number> {
    return Number(await this.count(day).inputValue());
  }

  /** Types another number, and says that it is done. */
  async type(day: string, count: number): Promise<void> {
    await this.count(day).fill(String(count));
    await this.count(day).press('Enter');
  }

  /** One of the buttons of a day: `order-close-day`, `order-open-again`, `order-to-standard`, `desk-choose`. */
  button(day: string, button: string): Locator {
    const name = say('desk-button-for', { button, day: longDate(day) });
    return this.day(day).getByRole('button', { name, exact: true });
  }

  /** Presses one of them. */
  async press(day: string, button: string): Promise<void> {
    await this.button(day, button).click();
  }

  /** The receipt of what was ordered for `day`, once the server has it. */
  async receipt(day: string): Promise<string> {
    // Two characters for the history, five for the change, and one that checks them.
    const number = /[A-Z0-9]{2}-[A-Z0-9]{5}-[A-Z0-9]/;
    await expect(this.day(day)).toContainText(like('desk-received', { number }));
    return number.exec(await this.day(day).innerText())?.[0] ?? '';
  }

  /** The field with the standing number of a weekday, 1 for Monday. */
  standing(weekday: string): Locator {
    return this.#page.getByRole('textbox', { name: say('order-standard-day', { day: weekday }), exact: true });
  }

  async setStanding(weekday: string, count: number): Promise<void> {
    await this.standing(weekday).fill(String(count));
    await this.standing(weekday).blur();
    await this.#page.getByRole('button', { name: say('action-save'), exact: true }).click();
  }

  /** The line that says a day keeps what was chosen for it, whatever the standing order is. */
  kept(day: string): Locator {
    const said = new RegExp(`^${exactly(say('desk-kept', { day: capital(longDate(day)), answer: '' }).trim())}`);
    return this.#page.getByRole('listitem').filter({ hasText: said });
  }

  get #counts(): Locator {
    return this.#page.getByRole('textbox', { name: new RegExp(`^${say('order-count', { day: '' }).trim()} `) });
  }
}
