// Whoever sits at the reception registers participants for those who follow them up, and is sent none herself.
import { noViolations } from '../fixtures/axe.ts';
import { expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { PeoplePages } from '../pages/people.ts';
import { Shell } from '../pages/shell.ts';

const KARI = 'Kari Nilsen';

test('the reception registers a participant, and her contact person has her', async ({ actor }) => {
  const desk = await actor('reception');
  const { page } = desk;
  const [people, shell] = [new PeoplePages(desk), new Shell(desk)];
  const heading = page.getByRole('heading', { level: 1 });
  const firstName = page.getByLabel(say('adviser-first-name'));
  const contact = page.getByLabel(say('adviser-contact-person'), { exact: true });
  const send = page.getByRole('button', { name: say('people-register-now'), exact: true });

  await test.step('her page says what it is for, and not that there is nobody', async () => {
    await shell.goTo(say('nav-participants'));
    await expect(page.getByText(say('people-only-registers'))).toBeVisible();
    await expect(page.getByText(say('adviser-empty-title'))).toHaveCount(0);
    await expect(page.getByRole('table')).toHaveCount(0);
    await noViolations(page);
  });

  await test.step('a contact person has to be named, and she cannot be one', async () => {
    await people.beginToRegister();
    await expect(page.getByText(say('people-name-and-contact-needed'))).toBeVisible();
    await expect(page.getByText(say('shield-register-elsewhere'))).toBeVisible();
    await firstName.fill('Nadia');
    await send.click();
    await expect(page.getByRole('alert')).toHaveText(say('staff-takes-over-missing'));
    await expect(contact).toBeFocused();
    await expect(contact.getByRole('option', { name: KARI })).toBeAttached();
    await expect(contact.getByRole('option', { name: 'Liv' })).toHaveCount(0);
    await noViolations(page);
  });

  await test.step('she is registered, and the list is not hers', async () => {
    await contact.selectOption({ label: KARI });
    await send.click();
    await expect(heading).toHaveText(say('adviser-participants-title'));
    await expect(shell.toast).toContainText(say('adviser-registered', { name: 'Nadia' }));
    await shell.isShared();
    await expect(page.getByRole('main')).not.toContainText('Nadia');
  });

  await test.step('without a network too', async () => {
    await desk.offline();
    await people.beginToRegister();
    await firstName.fill('Samira');
    await contact.selectOption({ label: KARI });
    await send.click();
    await expect(shell.toast).toContainText(say('adviser-registered', { name: 'Samira' }));
    // It waits by its number, and the list is not hers while it does either.
    const waits = page.getByRole('banner').getByRole('link', { name: like('sync-chip-offline-count', { count: 1 }) });
    await expect(waits).toBeVisible();
    await expect(page.getByText(say('people-only-registers'))).toBeVisible();
    await expect(page.getByRole('main')).not.toContainText('Samira');
    await desk.online();
    await shell.isShared();
  });

  await test.step('her contact person has both', async () => {
    const kari = await actor('adviser');
    await new Shell(kari).goTo(say('nav-participants'));
    for (const name of ['Nadia', 'Samira']) {
      await expect(kari.page.getByRole('table').getByRole('link', { name, exact: true })).toBeVisible();
    }
  });
});
