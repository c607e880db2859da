// The kitchen's board of one day: the total, each school with its ticks, and what schools ask late.
import { expect, type Locator, type Page } from '@playwright/test';
import { dayWritten, longDate } from '../fixtures/calendar.ts';
import type { Screen } from '../fixtures/device.ts';
import { like, say } from '../fixtures/words.ts';

/** A step of the kitchen's day, by the key of its word. */
export type Step = 'made' | 'packed' | 'loaded' | 'delivered';

export class KitchenPage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** The board shows `day`. */
  async isOf(day: string): Promise<void> {
    const title = say('board-title', { day: longDate(day) });
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(title);
  }

  /** Goes to a day by the field for any date. */
  async goTo(day: string): Promise<void> {
    await this.#page.getByRole('button', { name: say('board-pick-day') }).click();
    await this.#page.getByLabel(say('board-pick-day'), { exact: true }).fill(day);
    await this.isOf(day);
  }

  /** The first day from today on which packets go out, by the way the page offers; `today` is shown. */
  async goToNextDelivery(today: string): Promise<string> {
    await this.isOf(today);
    const onward = this.#page.getByRole('link', { name: like('board-go-to') });
    await expect(onward.or(this.total(today))).toBeVisible();
    if (!(await onward.isVisible())) return today;
    const day = dayWritten(await onward.innerText(), today);
    await onward.click();
    await this.isOf(day);
    return day;
  }

  /** The part of the board with the number of packets of `day`. */
  total(day: string): Locator {
    return this.#page.getByRole('region', { name: longDate(day), exact: true });
  }

  /** How many packets go out on `day`. */
  async packets(day: string): Promise<number> {
    await expect(this.total(day)).toContainText(PACKETS);
    return Number(PACKETS.exec(await this.total(day).innerText())?.[1]);
  }

  /** All about one school. */
  school(name: string): Locator {
    return this.#page.getByRole('region', { name, exact: true });
  }

  /** The tick of one step of one school. */
  tick(step: Step, school: string): Locator {
    const name = say('board-tick', { step: say(`kitchen-step-${step}`), school });
    return this.#page.getByRole('button', { name, exact: true });
  }

  async isTicked(step: Step, school: string): Promise<void> {
    await expect(this.tick(step, school)).toHaveAttribute('aria-pressed', 'true');
  }

  /** What a school asks after the deadline. */
  question(school: string, change: string): Locator {
    return this.#page.getByRole('region', { name: like('kitchen-late-question', { school, change }) });
  }

  /** Answers a question with another number of packets. */
  async answerWith(question: Locator, count: number): Promise<void> {
    const field = question.getByRole('textbox', { name: say('board-late-total') });
    await field.fill(String(count));
    await field.press('Enter');
    await question.getByRole('button', { name: say('board-late-total-send', { count }) }).click();
  }
}

const PACKETS = /^\s*(\d+)\s*matpakker/;
