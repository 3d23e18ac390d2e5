import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { close, open, screenshot, settled } from './browser.ts';
import { allScreens, type Screen } from './screens.ts';
import { command, control } from './stack.ts';

afterAll(close);

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

describe('a call that fails', () => {
  it('says the code and what to do', async () => {
    const page = await open(`/campaigns/${UNKNOWN_ID}`);
    await page.getByText('CAMPAIGN_NOT_FOUND').first().waitFor();
    await page.getByText(/Go back to the list/).first().waitFor();
    await screenshot(page, 'failed-call');
    await page.close();
  });

  it('is shown where it was made, and what was entered stays', async () => {
    const page = await open('/instances/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('of-an-unknown-tenant');
    await page.getByRole('textbox', { name: 'Tenant' }).fill(UNKNOWN_ID);
    await page.getByRole('main').getByRole('button', { name: 'Create an instance' }).click();
    await page.getByText(/TENANT_NOT_FOUND|VALIDATION_FAILED/).first().waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('of-an-unknown-tenant');
    await page.close();
  });
});

describe('an empty list', () => {
  it('says why it is empty and what to do', async () => {
    const page = await open('/dead-letters/lost');
    await page.getByRole('heading', { name: 'No event was lost' }).waitFor();
    await page.goto('/backups?name=nobody-has-this-name');
    await page.getByText('No row matches the filters').waitFor();
    await screenshot(page, 'empty-list');
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await page.getByRole('link', { name: /^(shop|fleet|sender)-/ }).first().waitFor();
    await page.close();
  });
});

describe.runIf(control)('while backup-service is stopped', () => {
  let screens: Screen[];
  beforeAll(async () => {
    screens = await allScreens();
  });

  it('every screen comes, says what is missing, and heals by itself', async () => {
    const page = await open('/backups');
    const wrong: string[] = [];
    await command('/backup-service/stop');
    try {
      for (const { name, path, needs } of screens) {
        await page.goto(path);
        await settled(page);
        if ((await page.getByRole('heading', { level: 1 }).count()) !== 1) wrong.push(`${name}: no heading`);
        if (needs === 'backup' && (await page.getByText(/backup-service does not answer/).count()) === 0) wrong.push(`${name}: does not say what is missing`);
        if (name === 'overview') await screenshot(page, 'overview-without-backup-service');
      }
      await page.goto('/backups?name=shop-');
      await page.getByText(/backup-service does not answer/).first().waitFor();
      await screenshot(page, 'backups-without-backup-service');
    } finally {
      await command('/backup-service/start');
    }
    await page.getByRole('link', { name: /shop-/ }).first().waitFor({ timeout: 30_000 });
    await expect.poll(() => page.getByText(/backup-service does not answer/).count()).toBe(0);
    await page.close();
    expect(wrong).toEqual([]);
  }, 300_000);
});
