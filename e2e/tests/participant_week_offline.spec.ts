// A participant's day and week are on her phone, with or without a network.
import { noViolations } from '../fixtures/axe.ts';
import { dayAt } from '../fixtures/calendar.ts';
import { expect, test } from '../fixtures/test.ts';
import { TodayPage, WeekPage } from '../pages/participant.ts';
import { Shell } from '../pages/shell.ts';

test('today and the week open without a network, after the app was closed', async ({ actor, server }) => {
  const phone = await actor('participant');
  const [shell, today, week] = [new Shell(phone), new TodayPage(phone), new WeekPage(phone)];
  const date = dayAt(server.now());

  await expect(phone.page).toHaveURL(/\/today$/);
  await today.isOf(date);
  const ofToday = await today.titles();
  await noViolations(phone.page);

  await shell.goTo('Uka');
  await week.isOf(date);
  const day = await week.openDayWith(2, date);
  const ofDay = await week.titles();
  expect(ofDay.length).toBeGreaterThanOrEqual(2);
  await noViolations(phone.page);

  await phone.offline();
  await expect(shell.offlineLine).toBeVisible();
  await phone.reopen('/week');
  await week.isOf(date);
  await expect(shell.offlineLine).toBeVisible();
  await noViolations(phone.page);

  await phone.reopen(`/week/${day}`);
  await week.isOf(day);
  await expect(week.day.getByRole('article')).toHaveCount(ofDay.length);
  expect(await week.titles()).toEqual(ofDay);

  await phone.reopen('/today');
  await today.isOf(date);
  await expect.poll(() => today.titles()).toEqual(ofToday);
  await noViolations(phone.page);

  await phone.online();
  await expect(shell.offlineLine).toBeHidden();
  await shell.isShared();
});
