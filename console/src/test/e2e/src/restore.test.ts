import { afterAll, describe, expect, inject, it } from 'vitest';
import { close, open, screenshot, seriousFindings, tabTo } from './browser.ts';
import { call } from './stack.ts';

afterAll(close);

const { shop } = inject('fixtures');
const newest = async () => (await call('backup', 'GET', `/restores?tenant_id=${shop.id}&limit=1`)).items[0];

describe('the restore of a tenant', () => {
  it('shows its plan, its phases and its result, and is undone, by mouse', async () => {
    const page = await open(`/backups?name=${shop.name}`);
    await page.getByRole('link', { name: `Restore ${shop.name}` }).click();
    await page.getByRole('button', { name: 'Show the plan' }).click();
    await page.getByText('4. Confirm').waitFor();
    expect(await newest()).toBeUndefined();
    const confirm = page.getByRole('button', { name: `Replace the data of ${shop.name}` });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel(/to confirm/).fill(shop.name);
    await screenshot(page, 'restore-plan', true);
    await confirm.click();
    await page.getByRole('button', { name: 'Undo the restore' }).waitFor();
    await page.getByText('Swap it with the live data').waitFor();
    await expect.poll(async () => (await newest()).status).toBe('completed');
    const clock = page.getByRole('timer');
    const before = await clock.textContent();
    await expect.poll(() => clock.textContent()).not.toBe(before);
    await screenshot(page, 'restore-light', true);
    await page.evaluate(() => document.documentElement.classList.add('pf-v6-theme-dark'));
    await screenshot(page, 'restore-dark', true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.evaluate(() => document.documentElement.classList.remove('pf-v6-theme-dark'));

    await page.getByRole('button', { name: 'Undo the restore' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(shop.name);
    await dialog.getByRole('button', { name: 'Undo the restore' }).click();
    await page.getByText(/This restore was undone/).waitFor();
    expect((await newest()).status).toBe('undone');
    await page.close();
  });

  it('and its undo need nothing but a keyboard', async () => {
    const page = await open('/restores/new');
    await tabTo(page, /^Name of the tenant/);
    await page.keyboard.type(shop.name);
    await page.getByRole('button', { name: shop.name }).waitFor();
    await tabTo(page, new RegExp(`^${shop.name}$`));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Show the plan' }).waitFor();
    await tabTo(page, /^Show the plan/);
    await page.keyboard.press('Enter');
    await page.getByText('4. Confirm').waitFor();
    await tabTo(page, /to confirm/);
    await page.keyboard.type(shop.name);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Undo the restore' }).waitFor();
    await tabTo(page, /^Undo the restore/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, /to confirm/);
    await page.keyboard.type(shop.name);
    await page.keyboard.press('Enter');
    await page.getByText(/This restore was undone/).waitFor();
    expect((await newest()).status).toBe('undone');
    await page.close();
  });
});
