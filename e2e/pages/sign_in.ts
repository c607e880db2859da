// The sign-in page: card and PIN for participants, name and password for everybody else.
import { expect, type Locator } from '@playwright/test';
import type { Device, Screen } from '../fixtures/device.ts';
import type { Account } from '../fixtures/server.ts';
import { say } from '../fixtures/words.ts';

/** Signs `account` in on `device`, as she would do it herself; ends on the page her day begins with. */
export async function signIn(device: Device, account: Account): Promise<void> {
  await device.page.goto('/sign-in');
  await tryToSignIn(device, account);
  await expect(device.page).not.toHaveURL(/sign-in/);
  device.user = account;
}

/** Signs the same person in again where her session has ended; what waits on the device is shared then. */
export async function signInAgain(device: Device): Promise<void> {
  const { page, user } = device;
  if (!user) throw new Error('nobody has signed in yet');
  await expect(page.getByText(say('auth-again'))).toBeVisible();
  await page.getByRole('link', { name: say('auth-sign-in') }).click();
  await tryToSignIn(device, user);
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Fills in the form and sends it; what comes of it is for the caller to see. */
export async function tryToSignIn({ page }: Screen, { role, login, secret }: Account): Promise<void> {
  const isParticipant = role === 'participant';
  const who = isParticipant ? say('role-participant') : say('auth-staff-heading');
  await page.getByRole('navigation', { name: say('auth-who') }).getByRole('link', { name: who }).click();
  const name = isParticipant ? 'auth-card-code' : 'auth-user-name';
  const word = isParticipant ? 'auth-pin' : 'auth-password';
  await page.getByLabel(say(name)).fill(login);
  await page.getByLabel(say(word), { exact: true }).fill(secret);
  await page.getByRole('button', { name: say('auth-sign-in') }).click();
}

/** What the page answers to a try that did not go well. */
export function answer({ page }: Device): Locator {
  return page.getByRole('alert');
}
