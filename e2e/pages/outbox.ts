// What is not shared yet, by name, and the tray of what was refused.
import type { Locator, Page } from '@playwright/test';
import type { Device } from '../fixtures/device.ts';
import { like, say } from '../fixtures/words.ts';

export class OutboxPage {
  readonly #device: Device;

  constructor(device: Device) {
    this.#device = device;
  }

  get #page(): Page {
    return this.#device.page;
  }

  /** Opens it from wherever one is: the state of sharing leads there. */
  async open(): Promise<void> {
    const states = ['sync-shared', 'sync-chip-saved', 'sync-chip-offline', 'sync-chip-refused'];
    const name = new RegExp(states.map((key) => like(key).source).join('|'));
    await this.#page.getByRole('banner').getByRole('link', { name }).click();
  }

  /** What waits. */
  get waiting(): Locator {
    return this.#page.getByRole('main').getByRole('listitem').filter({ hasText: say('sync-saved-here') });
  }

  /** Asks for what waits to be shared now. */
  async shareNow(): Promise<void> {
    await this.#page.getByRole('button', { name: say('outbox-share-now'), exact: true }).click();
  }

  /** What was refused. */
  get tray(): Locator {
    return this.#page.getByRole('region', { name: say('outbox-refused-heading') }).getByRole('listitem');
  }

  /** The refused thing of this name. */
  refused(name: string | RegExp): Locator {
    return this.tray.filter({ has: this.#page.getByRole('heading', { name }) });
  }
}
