// How the journeys are run: which browser, at which sizes, on which days.
// `cargo xtask test e2e` calls this with MINVEI_BIN and CHROMIUM; the report goes where
// PLAYWRIGHT_JSON_OUTPUT_FILE says, everything else outside the checkout.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { AWKWARD, TUESDAY, type Clock } from './fixtures/calendar.ts';
import type { Choices } from './fixtures/test.ts';

// Every other file is a journey of a user.
// What happens once, whatever the size of the screen and the day.
const ONCE = ['accounts', 'api_docs', 'bad_input_and_faults', 'copied_profile', 'crew', 'devices', 'held', 'last_resorts']
  .concat(['lock', 'log', 'oidc', 'passkeys', 'pwa', 'reception_registers', 'script_payloads', 'service_worker'])
  .concat(['shielded', 'signing_in', 'tablet_closes', 'tabs']).join('|');
const FAULTS = new RegExp(`(${ONCE})\\.spec\\.ts$`);
const NO_JOURNEY = new RegExp(`(${ONCE}|screens)\\.spec\\.ts$`);
const scratch = process.env['CARGO_TARGET_DIR'] ?? tmpdir();

/**
 * What Chromium does beside showing our pages. Of several such lists the last one counts, so all but
 * the last line repeat what matters of Playwright's own; that line is two pages of the address bar
 * which every new context loads and nobody sees: a second of work each, on the machine of the tests.
 */
const SWITCHED_OFF = [
  ...['AimEnabled', 'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['LensOverlay', 'MediaRouter', 'NetworkTimeServiceQuerying', 'OptimizationHints', 'PaintHolding'],
  ...['PreconnectToSearch', 'ThirdPartyStoragePartitioning', 'HttpsFirstBalancedModeAutoEnable'],
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
];

const bySize = (['phone', 'tablet', 'desktop'] as const).map((size) => ({
  name: size,
  testIgnore: NO_JOURNEY,
  use: { size, clock: TUESDAY as Clock },
}));

const byDay = Object.entries(AWKWARD).map(([name, clock]) => ({
  name,
  testIgnore: NO_JOURNEY,
  use: { size: 'natural' as const, clock: clock as Clock },
}));

// Pictures for the README are taken when somebody asks for them, never in passing.
const pictures = process.env['MINVEI_SCREENS'] === '1';

export default defineConfig<Choices>({
  testDir: 'tests',
  outputDir: join(scratch, 'e2e-results'),
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  // The list names every journey that needed its second try; more than two of them fail the run.
  retries: 1,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    screenshot: 'only-on-failure',
    // A trace slows every step; it is recorded when somebody looks for the cause of a failure.
    trace: process.env['MINVEI_TRACE'] === '1' ? 'retain-on-failure' : 'off',
    // Colours are judged, and pictures taken, of what stands still.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--disable-features=${SWITCHED_OFF.join(',')}`,
      ],
    },
  },
  projects: [
    ...(pictures ? [{ name: 'screens', testMatch: /screens\.spec\.ts$/ }] : []),
    ...(pictures
      ? []
      : [...bySize, ...byDay, { name: 'faults', testMatch: FAULTS }]),
  ],
});
