// Who may sign in: the manager registers schools and colleagues, hands them links of their own, withdraws them,
// ends somebody's access, and gives participants another contact person.
import { noViolations } from '../fixtures/axe.ts';
import { answered } from '../fixtures/complaints.ts';
import type { Account } from '../fixtures/server.ts';
import { account, expect, test } from '../fixtures/test.ts';
import { like, say } from '../fixtures/words.ts';
import { OrdersPage } from '../pages/orders.ts';
import { PeoplePages } from '../pages/people.ts';
import { Shell } from '../pages/shell.ts';
import { answer, tryToSignIn } from '../pages/sign_in.ts';
import { StaffPages } from '../pages/staff.ts';

const KARI = 'Kari Nilsen';
const JONAS = 'Jonas Berg';

test('a school comes in by its link, and no longer when that is withdrawn', async ({ actor, device }) => {
  const desk = await actor('manager');
  const [staff, shell] = [new StaffPages(desk), new Shell(desk)];
  const name = 'Siri Dahl';
  await staff.open();
  await expect(staff.row(KARI)).toContainText(say('role-adviser'));
  await noViolations(desk.page);

  await test.step('without a school nobody orders', async () => {
    const dialog = await staff.beginToRegister();
    await dialog.getByLabel(say('adviser-name'), { exact: true }).fill(name);
    await dialog.getByLabel(say('staff-role'), { exact: true }).selectOption({ label: say('role-school') });
    await dialog.getByRole('button', { name: say('people-register-now'), exact: true }).click();
    await expect(dialog.getByRole('alert')).toHaveText(say('reject-needs-school'));
    await noViolations(desk.page);
    await dialog.getByRole('button', { name: say('action-cancel'), exact: true }).click();
  });

  await staff.register({ name, role: 'role-school', school: 'Slettebakken skole' });
  await shell.isShared();
  await noViolations(desk.page);
  const link = await staff.makeLink(name);
  await expect(staff.linkOf(name).getByRole('img', { name: say('staff-link-for', { name }) })).toBeVisible();
  await noViolations(desk.page);
  await staff.closeLink(name);

  const school = await device({ size: 'desktop' });
  const orders = new OrdersPage(school);
  await school.page.goto(link);
  await orders.isOpen();
  await new Shell(school).isShared();

  await test.step('she is told once how to keep it, and it is not stored for her', async () => {
    const keep = school.page.getByText(say('enter-keep'), { exact: true });
    await expect(keep).toBeVisible();
    await noViolations(school.page);
    // Not every machine that runs tests has a clipboard.
    await school.page.evaluate(() => {
      navigator.clipboard.writeText = async (text) => {
        document.documentElement.dataset['copied'] = text;
      };
    });
    await school.page.getByRole('button', { name: say('staff-link-copy'), exact: true }).click();
    await expect(school.page.getByText(say('staff-link-copied'))).toBeVisible();
    const copied = await school.page.evaluate(() => document.documentElement.dataset['copied']);
    expect(copied).toBe(`${school.origin}${link}`);
    const stored = await school.page.evaluate(() => JSON.stringify(localStorage));
    expect(stored).toContain('minvei.session');
    expect(stored).not.toContain(name);
    expect(stored).not.toContain(link.replace(/^.*#/, ''));
    await school.page.getByRole('button', { name: say('action-close'), exact: true }).click();
    await expect(keep).toHaveCount(0);
    await school.page.goto(link);
    await orders.isOpen();
    await expect(keep).toHaveCount(0);
  });

  await test.step('another link would stop hers, and is not made before that is meant', async () => {
    const dialog = await staff.beginToReplace();
    await expect(dialog).toContainText(say('staff-link-new-what', { name }));
    await noViolations(desk.page);
    await dialog.getByRole('button', { name: say('action-cancel'), exact: true }).click();
    await expect(staff.linkOf(name)).toBeHidden();
    await school.page.reload();
    await orders.isOpen();
  });

  school.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
  await staff.withdraw();
  await expect(shell.toast).toContainText(say('staff-withdrawn', { name }));
  await expect(staff.signIn.getByRole('button', { name: say('staff-withdraw') })).toHaveCount(0);
  await expect(school.page.getByText(say('held-wiped'))).toBeVisible();
  await noViolations(school.page);

  const other = await device({ size: 'phone' });
  other.complaints.allow(answered(404, '/api/enter'));
  await other.page.goto(link);
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText(say('enter-gone-title'));
  await noViolations(other.page);

  await test.step('whoever gets her access back is told to get a new link', async () => {
    await expect(staff.signIn).not.toContainText(say('staff-link-not-back'));
    const dialog = await staff.beginToEnd(name);
    await dialog.getByRole('button', { name: say('staff-end'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await desk.page.getByRole('button', { name: say('staff-return'), exact: true }).click();
    await expect(staff.signIn).toContainText(say('staff-link-not-back'));
    await noViolations(desk.page);
    await staff.makeLink(name);
    await staff.closeLink(name);
    await expect(staff.signIn).not.toContainText(say('staff-link-not-back'));
  });
});

test('a colleague chooses her own password, and is out once her access has ended', async ({ actor, device }) => {
  const desk = await actor('manager');
  const [staff, shell] = [new StaffPages(desk), new Shell(desk)];
  const hers: Account = { role: 'adviser', name: 'Nora Lie', login: 'nora.lie', secret: 'gulrot traktor månelys' };
  await staff.open();
  await staff.register({ name: hers.name, role: 'role-adviser' });
  await shell.isShared();
  const link = await staff.makeLink(hers.name);
  await noViolations(desk.page);
  await staff.closeLink(hers.name);
  await expect(staff.signIn).toContainText(like('staff-invited'));

  const nora = await device({ size: 'desktop' });
  await test.step('she takes her invitation', async () => {
    await nora.page.goto(link);
    await expect(nora.page.getByRole('heading', { level: 1 })).toHaveText(like('invite-hello', { name: hers.name }));
    await noViolations(nora.page);
    const login = nora.page.getByLabel(say('auth-user-name'));
    const password = nora.page.getByLabel(say('invite-password'), { exact: true });
    const send = nora.page.getByRole('button', { name: say('invite-send') });
    nora.complaints.allow(answered(409, '/api/accept'));
    await login.fill(account('adviser').login);
    await password.fill('kort');
    await send.click();
    await expect(answer(nora)).toHaveText(like('invite-password-weak'));
    await expect(password).toBeFocused();
    await password.fill(hers.secret);
    await send.click();
    await expect(answer(nora)).toHaveText(say('invite-login-taken'));
    await expect(login).toBeFocused();
    await noViolations(nora.page);
    await login.fill(hers.login);
    await send.click();
    await expect(nora.page.getByText(say('adviser-empty-title'))).toBeVisible();
    await new Shell(nora).isShared();
  });

  await test.step('it works once', async () => {
    const other = await device({ size: 'phone' });
    other.complaints.allow(answered(404, '/api/invitation'));
    await other.page.goto(link);
    await expect(other.page.getByRole('heading', { level: 1 })).toHaveText(say('invite-gone-title'));
    await noViolations(other.page);
  });

  await test.step('the manager ends her access', async () => {
    await staff.open();
    await expect(staff.row(hers.name)).toContainText(like('staff-active'));
    await staff.goTo(hers.name);
    nora.complaints.allow(answered(401, '/api/'), /WebSocket connection to/);
    const dialog = await staff.beginToEnd(hers.name);
    await expect(dialog).toContainText(say('staff-end-what', { name: hers.name }));
    await noViolations(desk.page);
    await dialog.getByRole('button', { name: say('staff-end'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(shell.toast).toContainText(say('staff-ended', { name: hers.name }));
    await expect(desk.page.getByRole('button', { name: say('staff-return') })).toBeVisible();
    await shell.isShared();
    await noViolations(desk.page);
  });

  await test.step('she is out, and does not come in again', async () => {
    await expect(nora.page.getByText(say('held-wiped'))).toBeVisible();
    await noViolations(nora.page);
    await tryToSignIn(nora, hers);
    await expect(answer(nora)).toContainText(say('auth-wrong-password'));
  });

  await test.step('she stands among those who have left', async () => {
    await staff.open();
    await desk.page.getByText(say('staff-gone', { count: 1 })).click();
    await expect(staff.row(hers.name)).toContainText(say('role-adviser'));
    await noViolations(desk.page);
  });
});

test('a participant gets another contact person, and all of them do when one leaves', async ({ actor }) => {
  const [desk, kari, jonas] = [await actor('manager'), await actor('adviser'), await actor('adviser', { who: 1 })];
  const [staff, people] = [new StaffPages(desk), new PeoplePages(desk)];
  const name = 'Amina Hassan';
  await kari.page.getByRole('link', { name, exact: true }).click();
  await expect(kari.page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(kari.page.getByRole('button', { name: say('people-contact-change') })).toHaveCount(0);
  await expect(jonas.page.getByRole('link', { name, exact: true })).toHaveCount(0);

  await test.step('one of them', async () => {
    await desk.page.getByRole('link', { name, exact: true }).click();
    await expect(desk.page.getByText(say('people-contact-is', { name: KARI }))).toBeVisible();
    const dialog = await people.beginToAssign(name);
    await noViolations(desk.page);
    await dialog.getByLabel(say('people-contact-new'), { exact: true }).selectOption({ label: JONAS });
    await dialog.getByRole('button', { name: say('people-contact-swap'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(desk.page.getByText(say('people-contact-is', { name: JONAS }))).toBeVisible();
    await expect(kari.page.getByText(say('people-not-here'))).toBeVisible();
    await expect(jonas.page.getByRole('link', { name, exact: true })).toBeVisible();
  });

  await test.step('the others, as one thing that can be undone', async () => {
    await kari.page.goto('/people');
    await expect(kari.page.getByText(say('adviser-participants-count', { count: 11 }))).toBeVisible();
    await staff.open();
    await staff.goTo(KARI);
    await staff.handOver(11, JONAS);
    await expect(new Shell(desk).toast).toContainText(say('staff-handed-over', { count: 11, name: JONAS }));
    await noViolations(desk.page);
    await expect(kari.page.getByText(say('adviser-empty-title'))).toBeVisible();
    await new Shell(desk).undo();
    await expect(kari.page.getByText(say('adviser-participants-count', { count: 11 }))).toBeVisible();
  });

  await test.step('whoever is a contact person leaves only when somebody takes over', async () => {
    const dialog = await staff.beginToEnd(KARI);
    await dialog.getByRole('button', { name: say('staff-end'), exact: true }).click();
    await expect(dialog.getByRole('alert')).toHaveText(say('staff-takes-over-missing'));
    await noViolations(desk.page);
    await dialog.getByRole('button', { name: say('action-cancel'), exact: true }).click();
  });

  await test.step('others have no such page', async () => {
    await jonas.page.goto('/staff');
    await expect(jonas.page.getByRole('heading', { level: 1 })).toHaveText(say('app-not-found-title'));
    await noViolations(jonas.page);
  });
});

test('without a network she registers, and makes the link when it is back', async ({ actor }) => {
  const desk = await actor('manager', { size: 'phone' });
  const staff = new StaffPages(desk);
  await staff.open();
  await desk.offline();
  await expect(desk.page.getByText(say('staff-offline'))).toBeVisible();
  await staff.register({ name: 'Nora Lie', role: 'role-teacher' });
  await expect(staff.signIn).toContainText(say('staff-link-needs-network'));
  await expect(staff.linkButton).toBeDisabled();
  await noViolations(desk.page);
  await desk.online();
  await expect(staff.linkButton).toBeEnabled();
  await staff.makeLink('Nora Lie');
  await noViolations(desk.page);
});
