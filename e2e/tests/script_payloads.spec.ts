// What people write is shown as what they wrote: texts that would run as HTML, as an address or as a message,
// in every field, on every page of everybody, in both languages, on paper and aloud. Nothing runs, and the
// content policy, which would refuse it, is never asked.
import { readFileSync } from 'node:fs';
import { capital, daysFrom, isoWeekday, longDate } from '../fixtures/calendar.ts';
import type { Device } from '../fixtures/device.ts';
import { giveVoice, IDS, IMPORTED, KEYS, parts, push, rename, textFields, UNSEEN, write, WRITTEN, type Key } from '../fixtures/payloads.ts';
import { LIVE, PIN, RED_DAY, SECOND_LINE, shows, text, TODAY } from '../fixtures/payloads.ts';
import { accounts } from '../fixtures/server.ts';
import { account, expect, test, type Role } from '../fixtures/test.ts';
import { say } from '../fixtures/words.ts';
import { AttendancePages } from '../pages/attendance.ts';
import { Bench } from '../pages/bench.ts';
import { CARD, PAGES, PRINTED, SHEET } from '../pages/everywhere.ts';
import { KitchenPage } from '../pages/kitchen.ts';
import { LogPage } from '../pages/log.ts';
import { OutboxPage } from '../pages/outbox.ts';
import { PeoplePages } from '../pages/people.ts';
import { PlanPage } from '../pages/plan.ts';
import { Shell } from '../pages/shell.ts';
import { signIn } from '../pages/sign_in.ts';
import { StaffPages } from '../pages/staff.ts';

const FULL_NAME = `${text('first')} ${text('last')}`;

/** What she does first, for what only then is said: dialogs, toasts, the list of what waits, a voice. */
const ACTS: Partial<Record<Role, (device: Device) => Promise<void>>> = {
  participant: async (phone) => {
    const { page } = phone;
    await page.goto('/today');
    await shows(phone, CARD);
    await page.getByRole('button', { name: `${say('today-read-aloud')}: ${longDate(TODAY)}`, exact: true }).click();
    const aloud = await page.evaluate(() => window.spoken?.join(' ') ?? '');
    expect(CARD.filter((key) => !aloud.includes(text(key))), 'what is not read aloud').toEqual([]);
  },
  adviser: async (desk) => {
    await desk.page.goto('/plan');
    const dialog = await new PlanPage(desk).open(text('title'), TODAY);
    await expect(dialog).toBeVisible();
    await shows(desk, ['title', 'place', 'leader', 'bring', 'group']);
    await marks(desk, FULL_NAME);
    await desk.offline();
    await new AttendancePages(desk).choose(FULL_NAME, 'attendance-here');
    const outbox = new OutboxPage(desk);
    await outbox.open();
    await expect(outbox.waiting).toContainText(`${say('command-attendance-set')}: ${FULL_NAME}, ${text('title')}`);
    await shows(desk, ['first', 'last', 'title']);
    await desk.online();
    await new Shell(desk).isShared();
  },
  teacher: async (phone) => marks(phone, text('first')),
  kitchen: async (tablet) => {
    await tablet.page.goto('/kitchen');
    const [kitchen, school] = [new KitchenPage(tablet), text('school')];
    await kitchen.tick('made', school).click();
    await new Bench(tablet).isShe(text('alias'), PIN);
    await tells(tablet, say('board-ticked', { school, step: say('kitchen-step-made') }));
    await kitchen.question(school, '+10').getByRole('button', { name: say('kitchen-late-no'), exact: true }).click();
    await expect(tablet.page.getByText(say('board-asked', { school, change: '+10' }))).toBeVisible();
    await shows(tablet, ['school', 'alias']);
  },
  manager: async (desk) => {
    await desk.page.goto('/more');
    const devices = desk.page.getByRole('region', { name: say('devices-title'), exact: true });
    await expect(devices, 'browser and system, and nothing else that a browser tells').toContainText('Firefox · Linux');
    await expect(devices).not.toContainText('__ran');
    await desk.page.goto('/people/amina');
    await expect(await new PeoplePages(desk).beginToAssign(FULL_NAME)).toBeVisible();
    await shows(desk, ['first', 'last', 'guide', 'staff']);
    await desk.page.goto('/log');
    await new LogPage(desk).show('log-review');
    await shows(desk, ['staff']);
  },
};

/** Nobody signs in as one of these yet. */
const PLAYED_BY_NOBODY = ['admin', 'mentor', 'partner'];

for (const role of Object.keys(PAGES) as Role[]) {
  test(`${role}: every text is text, in both languages`, async ({ device }) => {
    const { size, shown } = PAGES[role];
    await write(await device(), await device());
    const somebody = await device({ size });
    await somebody.context.addInitScript(rename, IMPORTED);
    await somebody.context.addInitScript(giveVoice);
    await signIn(somebody, account(role));
    await somebody.keepsTheApp();
    await ACTS[role]?.(somebody);
    const { page } = somebody;
    for (const language of ['nb', 'en']) {
      await page.evaluate((code) => localStorage.setItem('minvei.language', JSON.stringify(code)), language);
      for (const [path, keys] of Object.entries(shown)) {
        await test.step(`${language} ${path}`, async () => {
          await page.goto(path);
          await expect(page.getByRole('main')).toBeVisible();
          await expect(page.locator('html')).toHaveAttribute('lang', language);
          await shows(somebody, keys);
          if (path in PRINTED) await onPaper(somebody, PRINTED[path] ?? []);
        });
      }
    }
  });
}

test('what is typed into the pages stands there as it was typed', async ({ actor, device }) => {
  const desk = await actor('manager');
  const { page } = desk;
  const [people, plan, staff, shell] = [new PeoplePages(desk), new PlanPage(desk), new StaffPages(desk), new Shell(desk)];
  const monday = daysFrom(TODAY, 1 - isoWeekday(TODAY));
  const nextMonday = daysFrom(monday, 7);

  await test.step('marks that turn the direction of writing are refused, in words by the page and by the server', async () => {
    await page.goto('/people/new');
    await page.getByLabel(say('adviser-first-name')).fill('Nadia\u202e');
    await page.getByRole('button', { name: say('people-register-now'), exact: true }).click();
    await expect(page.getByRole('alert')).toHaveText(say('form-control-character'));
    const outcomes = await push(await device(), [['person.correct', { id: 'amina', first_name: 'Nadia\u202e' }]]);
    expect(outcomes).toMatchObject([{ refused: { why: 'malformed' } }]);
  });

  await test.step('a participant, her number, her group, her card', async () => {
    await page.goto('/people');
    await people.register(text('first'), text('last'));
    await tells(desk, say('adviser-registered', { name: text('first') }));
    await page.getByLabel(say('adviser-phone')).fill(text('phone'));
    await page.getByRole('button', { name: say('action-save'), exact: true }).click();
    await tells(desk, say('people-saved', { name: text('first') }));
    await people.group('Norsk 1').check();
    await tells(desk, say('people-put-in', { name: text('first'), group: 'Norsk 1' }));
    await shows(desk, ['first', 'last', 'phone']);
    await page.getByRole('button', { name: say('slip-title') }).click();
    const card = page.getByRole('dialog', { name: say('people-card-for', { name: text('first') }) });
    await card.getByRole('button', { name: say('slip-make') }).click();
    await expect(card.getByRole('definition')).toHaveCount(2);
    await onPaper(desk, ['first']);
    await card.getByRole('button', { name: say('people-card-done') }).click();
  });

  await test.step('an activity, another place, a day off, and what waits without a network', async () => {
    await shell.goTo(say('nav-plan'));
    await plan.add({ title: text('title'), place: text('place'), leader: text('leader'), bring: text('bring') });
    await tells(desk, say('planner-said-planned', { title: text('title') }));
    await plan.move(text('title'), monday, { start: '13:00', end: '14:00', place: text('moved') });
    await expect(plan.change(text('title'), monday)).toContainText(text('moved'));
    await plan.closeCentre(RED_DAY, text('red'));
    await expect(plan.changes).toContainText(capital(longDate(RED_DAY)));
    await shows(desk, ['title', 'moved', 'red']);
    await shell.isShared();
    await plan.goToWeekOf(nextMonday, TODAY);
    await desk.offline();
    await plan.cancel(text('title'), nextMonday, text('cancel'));
    await shows(desk, ['title', 'cancel']);
    const outbox = new OutboxPage(desk);
    await outbox.open();
    await expect(outbox.waiting).toContainText(`${say('command-exception-cancel')}: ${text('title')}`);
    await shows(desk, ['title']);
    await desk.online();
    await shell.isShared();
  });

  await test.step('a colleague, and her invitation', async () => {
    await staff.open();
    await staff.register({ name: text('staff'), role: 'role-adviser' });
    await tells(desk, say('adviser-registered', { name: text('staff') }));
    const hers = await device();
    await hers.page.goto(await staff.makeLink(text('staff')));
    await shows(hers, ['staff']);
    await shows(desk, ['staff']);
    await staff.closeLink(text('staff'));
    await expect(await staff.beginToEnd(text('staff'))).toContainText(say('staff-end-what', { name: text('staff') }));
    await shows(desk, ['staff']);
  });
});

test('no field for words, no page and nobody is left out', () => {
  const written: string[] = Object.values(WRITTEN).flat();
  expect(textFields(), 'the fields of the domain').toEqual([...written, ...IDS, ...UNSEEN].sort());
  const played = [...new Set(accounts().map(({ role }) => role))].sort();
  expect(Object.keys(PAGES).sort(), 'the parts that somebody plays at the demo centre').toEqual(played);
  expect(parts(), 'the parts there are').toEqual([...played, ...PLAYED_BY_NOBODY].sort());
  const visits = Object.values(PAGES).flatMap((one) => Object.entries(one.shown));
  const shown = new Set(visits.flatMap(([, keys]) => keys));
  expect(KEYS.filter((key) => !shown.has(key)), 'written and looked for nowhere').toEqual([]);
  const router = readFileSync(new URL('../../app/src/app.rs', import.meta.url), 'utf8');
  const routes = [...router.matchAll(/path!\("([^"]*)"\)/g)].map(([, route = '']) => route);
  expect(routes.length, 'pages of the app').toBeGreaterThan(15);
  const addresses = routes.map((route) => new RegExp(`^${route.replace(/\/:\w+\?/g, '(/[^/]+)?').replace(/:\w+/g, '[^/]+')}$`));
  expect(addresses.filter((one) => !visits.some(([path]) => one.test(path))), 'pages nobody visits').toEqual([]);
});

test('control: each text runs where it is taken for something else', async ({ page }) => {
  const ran = () => page.evaluate(() => window.__ran);
  const taken = [LIVE, `<input value="${LIVE}">`, `<input value='${LIVE}'>`, `<script>const said = "${LIVE}"</script>`, SECOND_LINE];
  for (const html of taken) {
    await page.setContent('<a>link</a>');
    await page.evaluate(() => void delete window.__ran);
    await page.evaluate((planted) => document.body.insertAdjacentHTML('beforeend', planted), html);
    await expect.poll(ran, html).toBe(1);
  }
  await page.setContent('<a>link</a>');
  await page.evaluate(() => void delete window.__ran);
  await page.locator('a').evaluate((link, address) => link.setAttribute('href', address), LIVE);
  await page.locator('a').click();
  await expect.poll(ran, 'as an address').toBe(1);
});

test('control: on a page of ours the same text is refused, and that is heard', async ({ device }) => {
  const phone = await device();
  phone.complaints.allow(/Content Security Policy/);
  await phone.page.goto('/sign-in');
  await phone.page.evaluate((planted) => {
    const script = document.createElement('script');
    script.textContent = 'window.__ran = 1';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', planted);
  }, LIVE);
  const heard = () => phone.complaints.violations.join('\n');
  await expect.poll(heard).toMatch(/script-src-elem/);
  await expect.poll(heard).toMatch(/script-src-attr/);
  expect(await phone.page.evaluate(() => window.__ran)).toBeUndefined();
  expect(phone.complaints.unexpected, 'nobody can allow it').toEqual([...phone.complaints.violations]);
  phone.complaints.forgive();
});

/** She writes down that somebody was there, and then that she was not. */
async function marks(device: Device, name: string): Promise<void> {
  await device.page.goto(SHEET);
  const sheet = new AttendancePages(device);
  await sheet.choose(name, 'attendance-here');
  await expect(sheet.row(name)).toContainText(say('sync-shared'));
  await sheet.choose(name, 'attendance-away');
  await tells(device, say('roll-said', { name, answer: say('attendance-away') }));
  await expect(sheet.row(name)).toContainText(say('sync-shared'));
}

/** On paper, too, they are text. */
async function onPaper(device: Device, keys: readonly Key[]): Promise<void> {
  await device.page.emulateMedia({ media: 'print' });
  await shows(device, keys);
  await device.page.emulateMedia({ media: null });
}

/** A toast says so. */
async function tells(device: Device, words: string): Promise<void> {
  await expect(new Shell(device).toast.filter({ hasText: words })).toBeVisible();
}
