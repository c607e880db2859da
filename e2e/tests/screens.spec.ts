// Pictures of every screen, for docs/screens and the README. Taken when MINVEI_SCREENS=1, on a
// Tuesday morning that is always the same.
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { dayAt } from '../fixtures/calendar.ts';
import { SIZES, type Device, type Size } from '../fixtures/device.ts';
import { account, expect, test, type Role } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { Shell } from '../pages/shell.ts';
import { signIn } from '../pages/sign_in.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url));

test.use({ clock: '2026-11-24T08:30+01:00' });
test.skip(process.env['MINVEI_SCREENS'] !== '1', 'pictures are taken when somebody asks for them');

/** Each screen: whose it is, where, and what has to be done to get there. */
const SCREENS: Record<string, { role?: Role; path: string; prepare?: (device: Device) => Promise<void> }> = {
  'sign-in': { path: '/sign-in' },
  today: { role: 'participant', path: '/today' },
  week: { role: 'participant', path: '/week' },
  orders: { role: 'school', path: '/orders' },
  kitchen: { role: 'kitchen', path: '/kitchen' },
  'count-sheet': { role: 'kitchen', path: '/kitchen/TODAY/sheet' },
  people: { role: 'adviser', path: '/people' },
  person: {
    role: 'adviser',
    path: '/people',
    prepare: async ({ page }) => page.getByRole('table').getByRole('link').first().click(),
  },
  plan: { role: 'adviser', path: '/plan' },
  attendance: {
    role: 'adviser',
    path: '/attendance',
    prepare: async (device) => void (await new AttendancePages(device).openFirstMissing()),
  },
  outbox: { role: 'kitchen', path: '/outbox', prepare: workOffline },
  more: { role: 'participant', path: '/more' },
};

for (const size of Object.keys(SIZES) as Size[]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`screens: ${size}, ${colorScheme}`, async ({ device, server }) => {
      test.setTimeout(180_000);
      const today = dayAt(server.now());
      const ending = colorScheme === 'dark' ? `${size}-dark` : size;
      for (const [name, { role, path, prepare }] of Object.entries(SCREENS)) {
        const one = await device({ size, colorScheme });
        if (role) {
          await signIn(one, account(role));
          await new Shell(one).isShared();
        }
        await one.page.goto(path.replace('TODAY', today));
        await prepare?.(one);
        await take(one.page, `${name}-${ending}`);
      }
    });
  }
}

test('screens: from right to left', async ({ device }) => {
  const phone = await device({ size: 'phone' });
  await signIn(phone, account('participant'));
  for (const name of ['today', 'week']) {
    await phone.page.goto(`/${name}`);
    await expect(phone.page.getByRole('heading', { level: 1 })).toBeVisible();
    // There is no such language yet; the layout must be ready for one.
    await phone.page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    await take(phone.page, `${name}-phone-rtl`);
  }
});

/** A few things that wait to be shared. */
async function workOffline(device: Device): Promise<void> {
  await device.page.goto('/kitchen');
  const ticks = device.page.getByRole('group', { name: 'Slettebakken skole' }).getByRole('button');
  await expect(ticks.first()).toBeVisible();
  await device.offline();
  for (const tick of (await ticks.all()).slice(0, 2)) await tick.click();
  await device.page.getByRole('banner').getByRole('link', { name: new RegExp(say('sync-chip-offline')) }).click();
}

async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: 'disabled', caret: 'hide' });
}
