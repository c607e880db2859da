// The bench: who of the crew stands at the kitchen's tablet, and the list of those who work there.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Screen } from '../fixtures/device.ts';
import { say } from '../fixtures/words.ts';

export class Bench {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** Who stands there, above the board. */
  get strip(): Locator {
    return this.#page.getByRole('region', { name: say('crew-bench'), exact: true });
  }

  /** The button that asks who is there, where nobody is. */
  get asksButton(): Locator {
    return this.strip.getByRole('button', { name: say('crew-who'), exact: true });
  }

  /** The question who she is. */
  get question(): Locator {
    return this.#page.getByRole('dialog', { name: say('crew-who'), exact: true });
  }

  /** Somebody in the question, by her alias. */
  face(alias: string): Locator {
    return this.question.getByRole('button', { name: alias, exact: true });
  }

  /** Taps the digits of a PIN; what comes of it is for the caller to see. */
  async type(pin: string): Promise<void> {
    for (const digit of pin) await this.question.getByRole('button', { name: digit, exact: true }).click();
  }

  /** Types a PIN that does not fit, and waits for what the page says of it. */
  async typeWrong(pin: string, answer: string): Promise<void> {
    await this.type(pin);
    await expect(this.question.getByRole('alert')).toHaveText(say(answer));
    await expect(this.question.getByRole('status')).toHaveText(say('crew-typed', { count: 0, total: 4 }));
  }

  /** Where it is asked: she says who she is, and shows it. */
  async isShe(alias: string, pin: string): Promise<void> {
    await this.face(alias).click();
    await this.type(pin);
    await expect(this.question).toBeHidden();
    await expect(this.strip).toContainText(alias);
  }

  /** The question for the PIN of the tablet, on a closed one of those who are no crew. */
  get lock(): Locator {
    return this.#page.getByRole('dialog', { name: say('auth-unlock'), exact: true });
  }

  /** The button above the board of such a tablet. */
  get lockButton(): Locator {
    return this.strip.getByRole('button', { name: say('auth-unlock'), exact: true });
  }

  /** Types the PIN of the tablet where `asked` asks for it; what comes of it is for the caller to see. */
  async typeTablet(asked: Locator, pin: string): Promise<void> {
    await asked.getByLabel(say('auth-pin'), { exact: true }).fill(pin);
    await asked.getByRole('button', { name: say('auth-unlock'), exact: true }).click();
  }

  /** The button that leads from the faces to the PIN of the tablet. */
  tabletButton(within: Page | Locator): Locator {
    return within.getByRole('button', { name: say('crew-tablet'), exact: true });
  }

  /** Over another page, behind the closed screen: she says who she is, and shows it. */
  async opens(alias: string, pin: string): Promise<void> {
    await this.#page.getByRole('button', { name: say('crew-who'), exact: true }).click();
    for (const name of [alias, ...pin]) await this.#page.getByRole('button', { name, exact: true }).click();
  }

  /** Those who work here, at the end of the page. */
  get crew(): Locator {
    return this.#page.getByRole('region', { name: say('crew-title'), exact: true });
  }

  /** The line of one of them. */
  line(alias: string): Locator {
    return this.crew.getByRole('listitem').filter({ hasText: alias });
  }

  /** Adds somebody; `symbol` is the key of the word of her picture. */
  async add(alias: string, pin: string, symbol: string): Promise<void> {
    await this.crew.getByRole('button', { name: say('action-add'), exact: true }).click();
    const dialog = this.#page.getByRole('dialog', { name: say('crew-new'), exact: true });
    await dialog.getByLabel(say('crew-alias'), { exact: true }).fill(alias);
    await dialog.getByLabel(say(symbol), { exact: true }).check();
    await dialog.getByLabel(say('crew-pin'), { exact: true }).fill(pin);
    await dialog.getByLabel(say('crew-pin-again'), { exact: true }).fill(pin);
    await dialog.getByRole('button', { name: say('action-add'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(this.line(alias)).toBeVisible();
  }

  /** Gives somebody another PIN. */
  async setPin(alias: string, pin: string): Promise<void> {
    const title = say('crew-new-pin-for', { name: alias });
    await this.crew.getByRole('button', { name: title, exact: true }).click();
    const dialog = this.#page.getByRole('dialog', { name: title, exact: true });
    await dialog.getByLabel(say('crew-pin'), { exact: true }).fill(pin);
    await dialog.getByLabel(say('crew-pin-again'), { exact: true }).fill(pin);
    await dialog.getByRole('button', { name: say('action-save'), exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Says that somebody does not work here any more. */
  async end(alias: string): Promise<void> {
    const title = say('crew-end-title', { name: alias });
    await this.crew.getByRole('button', { name: title, exact: true }).click();
    const dialog = this.#page.getByRole('dialog', { name: title, exact: true });
    await dialog.getByRole('button', { name: say('crew-end'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(this.line(alias)).toHaveCount(0);
  }
}
