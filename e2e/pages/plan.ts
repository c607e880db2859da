// The centre's week plan, as staff see and change it.
import { expect, type Locator, type Page } from '@playwright/test';
import { daysFrom, dayAndMonth, isoWeek, isoWeekday, longDate } from '../fixtures/calendar.ts';
import type { Device } from '../fixtures/device.ts';
import { exactly, say } from '../fixtures/words.ts';

/** Another time and place for an activity. */
export interface Setting {
  readonly start: string;
  readonly end: string;
  readonly place: string;
}

/** What of an activity is written in words. */
export interface Activity {
  readonly title: string;
  readonly place: string;
  readonly leader: string;
  readonly bring: string;
}

export class PlanPage {
  readonly #device: Device;

  constructor(device: Device) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** Goes from week to week until the one `day` lies in; the page shows that of `from`. */
  async goToWeekOf(day: string, from: string): Promise<void> {
    let monday = daysFrom(from, 1 - isoWeekday(from));
    await this.#showsWeekOf(monday);
    while (daysFrom(monday, 6) < day) {
      await this.#page.getByRole('link', { name: new RegExp(`^${say('week-next')}`) }).click();
      monday = daysFrom(monday, 7);
      await this.#showsWeekOf(monday);
    }
  }

  /** The activity called `title` on `day`. */
  slot(title: string, day: string): Locator {
    return this.#day(day).getByRole('button', { name: new RegExp(`^${exactly(title)}, ${exactly(longDate(day))}`) });
  }

  /** What differs from the template this week. */
  get changes(): Locator {
    return this.#page.getByRole('region', { name: say('planner-changes') });
  }

  /** The line about one activity among the changes. */
  change(title: string, day: string): Locator {
    return this.changes.getByRole('listitem').filter({ hasText: `${title}, ${longDate(day)}` });
  }

  /** Plans an activity of every week, on the Monday of the week that is shown. */
  async add({ title, place, leader, bring }: Activity): Promise<void> {
    await this.#page.getByRole('button', { name: say('plan-add'), exact: true }).click();
    const dialog = this.#page.getByRole('dialog', { name: say('planner-new') });
    const fields = { 'plan-name': title, 'plan-place': place, 'plan-leader': leader, 'plan-bring': bring };
    for (const [label, typed] of Object.entries(fields)) {
      await dialog.getByLabel(say(label), { exact: true }).fill(typed);
    }
    await dialog.getByRole('button', { name: say('action-save'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Closes the centre for a day. */
  async closeCentre(day: string, reason: string): Promise<void> {
    await this.#page.getByRole('button', { name: say('planner-day-options', { day: longDate(day) }), exact: true }).click();
    const dialog = this.#page.getByRole('dialog', { name: longDate(day) });
    await dialog.getByLabel(say('plan-red-day-reason'), { exact: true }).fill(reason);
    await dialog.getByRole('button', { name: say('plan-red-day-add'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Moves the activity this one time. */
  async move(title: string, day: string, to: Setting): Promise<void> {
    const dialog = await this.#open(title, day, say('planner-task-move', { date: dayAndMonth(day) }));
    await dialog.getByLabel(say('plan-start')).fill(to.start);
    await dialog.getByLabel(say('plan-end')).fill(to.end);
    await dialog.getByLabel(say('plan-place')).fill(to.place);
    await dialog.getByRole('button', { name: say('plan-move'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Cancels the activity this one time. */
  async cancel(title: string, day: string, reason: string): Promise<void> {
    const dialog = await this.#open(title, day, say('planner-task-cancel', { date: dayAndMonth(day) }));
    await dialog.getByLabel(say('plan-cancel-reason')).fill(reason);
    await dialog.getByRole('button', { name: say('plan-cancel'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Ends the activity for good; `day` is its last. */
  async endAfter(title: string, day: string): Promise<void> {
    const dialog = await this.#open(title, day, say('planner-task-every-week'));
    await dialog.getByRole('button', { name: say('planner-end-after', { date: dayAndMonth(day) }) }).click();
    await expect(dialog).toBeHidden();
  }

  /** Takes the end of an activity back: it has no last day. */
  async goOn(title: string, day: string): Promise<void> {
    const dialog = await this.#open(title, day, say('planner-task-every-week'));
    await dialog.getByLabel(say('plan-until')).fill('');
    await dialog.getByRole('button', { name: say('action-save'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Goes to the first day from `from` on with `count` activities that are as they always are; `shown` is on the page. */
  async goToDayWith(count: number, from: string, shown: string): Promise<{ day: string; titles: string[] }> {
    let last = shown;
    for (let ahead = 0; ahead < 21; ahead += 1) {
      const day = daysFrom(from, ahead);
      if (isoWeekday(day) > 5) continue;
      await this.goToWeekOf(day, last);
      last = day;
      const titles = await this.#planned(day);
      if (titles.length >= count) return { day, titles };
    }
    throw new Error(`no day with ${count} activities in three weeks from ${from}`);
  }

  /** The activities of `day` that are neither moved nor cancelled. */
  async #planned(day: string): Promise<string[]> {
    await expect(this.#day(day)).toBeVisible();
    const named = new RegExp(`^(.+), ${exactly(longDate(day))}, `);
    const changed = new RegExp(`${say('planner-word-moved')}|${say('today-cancelled')}`);
    const slots = this.#day(day).getByRole('button', { name: named });
    const names = await slots.evaluateAll((slots) => slots.map((slot) => slot.getAttribute('aria-label') ?? ''));
    return names.filter((name) => !changed.test(name)).map((name) => named.exec(name)?.[1] ?? '');
  }

  /** Opens the dialog about one activity. */
  async open(title: string, day: string): Promise<Locator> {
    await this.slot(title, day).click();
    return this.#page.getByRole('dialog', { name: title });
  }

  /** Opens the dialog about one activity, at one task. */
  async #open(title: string, day: string, task: string): Promise<Locator> {
    const dialog = await this.open(title, day);
    await dialog.getByRole('radio', { name: task, exact: true }).check();
    return dialog;
  }

  /** The column of a day. */
  #day(day: string): Locator {
    return this.#page.getByRole('region', { name: new RegExp(`^${exactly(longDate(day))}$`, 'i') });
  }

  async #showsWeekOf(day: string): Promise<void> {
    await expect(this.#page.getByRole('heading', { level: 1 })).toHaveText(
      say('planner-heading', { week: say('date-week', { week: isoWeek(day) }) }),
    );
  }
}
