// The participant's pages: today, and my week.
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { capital, daysFrom, isoWeek, isoWeekday, longDate } from '../fixtures/calendar.ts';
import type { Screen } from '../fixtures/device.ts';
import { say } from '../fixtures/words.ts';

export class TodayPage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  /** The heading: the day, in words. */
  get heading(): Locator {
    return this.#device.page.getByRole('heading', { level: 1, name: /\d+\. / });
  }

  /** The page shows `day`. */
  async isOf(day: string): Promise<void> {
    await expect(this.heading).toHaveText(capital(longDate(day)));
    await expect(this.#device.page.getByRole('main')).toContainText(`Uke ${isoWeek(day)}`);
  }

  /** The names of all activities on the page, today's and tomorrow's. */
  async titles(): Promise<string[]> {
    return titles(this.#device.page.getByRole('main'));
  }
}

export class WeekPage {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** The columns of the week, a link for each day. */
  get days(): Locator {
    return this.#page.getByRole('main').getByRole('list').first().getByRole('link');
  }

  /** The page shows the week `day` lies in, each weekday by its name. */
  async isOf(day: string): Promise<void> {
    await expect(this.#page.getByRole('heading', { level: 1 })).toContainText(`Uke ${isoWeek(day)}`);
    const monday = daysFrom(day, 1 - isoWeekday(day));
    for (let ahead = 0; ahead < 5; ahead += 1) {
      await expect(this.dayLink(daysFrom(monday, ahead))).toBeVisible();
    }
  }

  dayLink(day: string): Locator {
    return this.#page.getByRole('main').getByRole('link', { name: longDate(day) });
  }

  /** Opens one day after another, from `from` on and week after week, until `wanted` is content. */
  async openFirst(from: string, wanted: () => Promise<boolean>): Promise<string> {
    for (let ahead = 0; ahead < 35; ahead += 1) {
      const day = daysFrom(from, ahead);
      if (isoWeekday(day) > 5) continue;
      if ((await this.dayLink(day).count()) === 0) await this.#nextWeek(day);
      await this.dayLink(day).click();
      await expect(this.day.getByRole('heading', { level: 2 })).toHaveText(capital(longDate(day)));
      if (await wanted()) return day;
    }
    throw new Error(`no such day in five weeks from ${from}`);
  }

  /** Opens the first day from `from` on with at least `count` activities, all as they always are. */
  async openDayWith(count: number, from: string): Promise<string> {
    return this.openFirst(from, async () => {
      const said = await this.day.getByRole('article').allInnerTexts();
      const changed = new RegExp(`${say('today-cancelled')}|Flyttet`);
      return said.length >= count && !said.some((one) => changed.test(one));
    });
  }

  async #nextWeek(day: string): Promise<void> {
    await this.#page.getByRole('link', { name: new RegExp(`^${say('week-next')}`) }).click();
    await this.isOf(day);
  }

  /** The day below the columns. */
  get day(): Locator {
    return this.#page.getByRole('region', { name: /\d+\. / });
  }

  /** The activity called `title` on the day below. */
  activity(title: string): Locator {
    return this.day.getByRole('article').filter({ has: this.#page.getByRole('heading', { name: title, exact: true }) });
  }

  /** The names of the activities on the day below. */
  async titles(): Promise<string[]> {
    return titles(this.day);
  }
}

async function titles(within: Locator): Promise<string[]> {
  return within.getByRole('article').getByRole('heading').allInnerTexts();
}
