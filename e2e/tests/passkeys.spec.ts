// A passkey: added under “Mer”, signed in by without typing, taken away.
import { noViolations } from '../fixtures/axe.ts';
import { answered } from '../fixtures/complaints.ts';
import { KeyRing } from '../fixtures/key_ring.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { OnlinePage } from '../pages/protected.ts';
import { Shell } from '../pages/shell.ts';
import { answer, PasskeyList, signOut, tryWithPasskey } from '../pages/sign_in.ts';

test('an adviser signs in by a passkey, without typing, until she takes it away', async ({ actor }) => {
  const desk = await actor('adviser', { host: 'localhost' });
  const [kari, shell, passkeys] = [account('adviser'), new Shell(desk), new PasskeyList(desk)];
  const ring = await KeyRing.on(desk);
  desk.complaints.allow(answered(403, '/api/passkeys/begin'), answered(404, '/api/passkey/enter'));
  const door = desk.page.getByRole('button', { name: say('auth-passkey'), exact: true });
  await shell.isShared();
  await shell.goTo(say('nav-more'));

  await test.step('she adds one, and shows first that it is she', async () => {
    await expect(passkeys.section).toContainText(say('passkeys-none'));
    await passkeys.open();
    const name = passkeys.adding.getByLabel(say('passkeys-name'), { exact: true });
    await expect(name).toHaveValue(/\S/);
    await name.fill('Mobilen min');
    await noViolations(desk.page);
    await passkeys.make('minvei-nothing');
    await expect(passkeys.adding.getByRole('alert')).toHaveText(say('passkeys-wrong-password'));
    await noViolations(desk.page);
    expect(await ring.count()).toBe(0);

    // What she calls off is not added, and she need not show once more that it is she.
    await ring.isCalledOff();
    await passkeys.make(kari.secret);
    await expect(passkeys.adding.getByLabel(say('auth-password'), { exact: true })).toBeHidden();
    await expect(passkeys.adding.getByRole('button', { name: say('passkeys-make'), exact: true })).toBeVisible();
    await expect(passkeys.adding.getByRole('alert')).toHaveCount(0);
    await ring.answers();
    await passkeys.make();
    await expect(passkeys.adding).toBeHidden();
    await expect(passkeys.section.getByRole('listitem')).toHaveText([like('passkeys-dates-unused')]);
    await expect(passkeys.section.getByRole('listitem')).toContainText('Mobilen min');
    expect(await ring.count()).toBe(1);
    await noViolations(desk.page);
  });

  await test.step('one device has one', async () => {
    await passkeys.open();
    await passkeys.make(kari.secret);
    await expect(passkeys.adding.getByRole('alert')).toHaveText(say('passkeys-here'));
    await desk.page.keyboard.press('Escape');
    await expect(passkeys.adding).toBeHidden();
  });

  await test.step('calling it off does nothing', async () => {
    await signOut(desk);
    await ring.isCalledOff();
    const asked = desk.page.waitForResponse('**/api/passkey');
    await tryWithPasskey(desk);
    expect((await asked).status()).toBe(200);
    await expect(door).toBeVisible();
    await expect(answer(desk)).toHaveCount(0);
    await noViolations(desk.page);
    await ring.answers();
  });

  await test.step('she comes in with nothing typed', async () => {
    await tryWithPasskey(desk);
    await shell.isShared();
    await expect(passkeys.section.getByRole('listitem')).toHaveText([like('passkeys-dates')]);
  });

  await test.step('and where nothing is kept', async () => {
    const online = new OnlinePage(desk);
    await signOut(desk);
    await online.open();
    await expect(door).toBeVisible();
    await noViolations(desk.page);
    await door.click();
    await expect(online.line).toBeVisible();
    await online.close();
    await tryWithPasskey(desk);
    await shell.isShared();
    await shell.goTo(say('nav-more'));
  });

  await test.step('taken away, it opens nothing, and she is told what to do', async () => {
    await passkeys.remove('Mobilen min');
    await expect(passkeys.section).toContainText(say('passkeys-none'));
    await expect(passkeys.section.getByRole('heading', { name: say('passkeys-title') })).toBeFocused();
    await noViolations(desk.page);
    await signOut(desk);
    await tryWithPasskey(desk);
    await expect(answer(desk)).toHaveText(say('auth-passkey-unknown'));
    await noViolations(desk.page);
  });
});

test('where the browser binds no passkey, none is offered', async ({ actor, device }) => {
  const [desk, phone] = [await actor('adviser'), await device({ size: 'phone' })];
  await new Shell(desk).goTo(say('nav-more'));
  const passkeys = new PasskeyList(desk);
  await expect(passkeys.section).toContainText(say('passkeys-no-browser'));
  await expect(passkeys.section.getByRole('button')).toHaveCount(0);
  await noViolations(desk.page);
  await desk.offline();
  await expect(passkeys.section).toContainText(say('passkeys-offline'));

  await phone.page.goto('/sign-in?as=staff');
  await expect(phone.page.getByLabel(say('auth-user-name'))).toBeVisible();
  await expect(phone.page.getByRole('button', { name: say('auth-passkey') })).toHaveCount(0);
});
