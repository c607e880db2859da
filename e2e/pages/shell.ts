// The frame around every page: where the network stands, what waits, undo.
import { expect, type Locator } from '@playwright/test';
import type { Screen } from '../fixtures/device.ts';
import { say } from '../fixtures/words.ts';

export class Shell {
  readonly #device: Screen;

  constructor(device: Screen) {
    this.#device = device;
  }

  /** The line that says the network is gone. */
  get offlineLine(): Locator {
    return this.#device.page.getByText(say('sync-offline'));
  }

  /** The page stands, with what there is to show on it. */
  async isSettled(): Promise<void> {
    const { page } = this.#device;
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await this.isShared();
  }

  /** Everything done on this device is with the centre. */
  async isShared(patience?: { timeout: number }): Promise<void> {
    const { page } = this.#device;
    await expect(page.getByRole('banner').getByRole('link', { name: say('sync-shared') })).toBeVisible(patience);
  }

  /** Takes back what was just done, while the toast offers it. */
  async undo(): Promise<void> {
    await this.#device.page.getByRole('button', { name: say('action-undo') }).click();
  }

  /** Goes to a place of the menu. */
  async goTo(place: string): Promise<void> {
    const { page } = this.#device;
    await page.getByRole('navigation', { name: say('nav-main') }).getByRole('link', { name: place, exact: true }).click();
  }

  /** What was just done, as the toast says it. */
  get toast(): Locator {
    return this.#device.page.getByRole('status').filter({ hasText: /\S/ });
  }
}
