import { afterAll, describe, expect, inject, it } from 'vitest';
import { close, open, screenshot, seriousFindings, tabTo } from './browser.ts';
import { call, until } from './stack.ts';

afterAll(close);

const { fleet } = inject('fixtures');
const newest = async () => (await call('backup', 'GET', `/campaigns?blueprint=${fleet.blueprint}&limit=1`)).items[0];

describe('a campaign of 200 tenants', () => {
  it('is planned, started, paused and resumed by keyboard alone, and watched live', async () => {
    const page = await open(`/campaigns/new?blueprint=${fleet.blueprint}`);
    await tabTo(page, /^Canaries/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3');
    await tabTo(page, /^Tenants in each wave/);
    await page.keyboard.type('100');
    await tabTo(page, /^Tenants at the same time/);
    await page.keyboard.type('4');
    await tabTo(page, /^Back up each tenant/);
    await page.keyboard.press('Space');
    await tabTo(page, /^Show the plan/);
    await page.keyboard.press('Enter');
    await page.getByText('V2__names.sql').waitFor();
    await screenshot(page, 'campaign-plan');
    expect(await newest()).toBeUndefined();
    await tabTo(page, /^Migrate 200 tenants/);
    await page.keyboard.press('Enter');

    await page.getByRole('button', { name: 'Pause' }).waitFor();
    const cells = page.locator('.tn-cell');
    await expect.poll(() => cells.count()).toBe(200);
    const completed = page.locator('.tn-cell[data-status="completed"]');
    const loaded = await page.evaluate(() => performance.timeOrigin);
    // When each cell changes; the times are printed in the end.
    await page.evaluate(() => {
      const seen: Record<string, number> = {};
      Object.assign(globalThis, { seen });
      new MutationObserver((changes) =>
        changes.forEach(({ target }) => {
          const { status, tenant } = (target as HTMLElement).dataset;
          if (status === 'completed' && tenant) seen[tenant] ??= Date.now();
        }),
      ).observe(document.querySelector('.tn-board')!, { subtree: true, attributeFilter: ['data-status'] });
    });
    const shown = async (tenants: number) => {
      await until(`${tenants} tenants`, async () => (await newest()).tenants.completed >= tenants);
      await expect.poll(() => completed.count(), { timeout: 20_000, interval: 50 }).toBeGreaterThanOrEqual(tenants);
    };
    await shown(10);
    await tabTo(page, /^Pause/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect((await newest()).status).toBe('paused');
    await tabTo(page, /^Resume/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await shown(40);
    await shown(60);
    await shown(120);
    await until('the end of the campaign', async () => (await newest()).status === 'completed', 60_000);
    await expect.poll(() => completed.count(), { timeout: 30_000 }).toBe(200 - fleet.failing.length);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen);
    const { items } = await call('backup', 'GET', `/campaigns/${(await newest()).id}/migrations?status=completed&limit=500`);
    const delays: number[] = items.filter(({ tenant_id: id }: { tenant_id: string }) => seen[id]).map((one: { tenant_id: string; finished_at: string }) => seen[one.tenant_id]! - Date.parse(one.finished_at));
    delays.sort((one, other) => one - other);
    const median = delays[Math.floor(delays.length / 2)]!;
    console.log(`from the end of a migration to its cell, of ${delays.length}: median ${median} ms, 95 % within ${delays[Math.floor(delays.length * 0.95)]} ms, longest ${delays.at(-1)} ms`);
    expect(delays.length).toBeGreaterThan(150);
    expect(await page.evaluate(() => performance.timeOrigin), 'the page was not loaded again').toBe(loaded);

    // Failures are grouped by error, and a tenant's cell shows its own.
    await page.getByText(`${fleet.failing.length} tenants`, { exact: true }).waitFor();
    await tabTo(page, /: (Completed|Failed)/);
    await page.keyboard.press('End');
    await page.getByRole('complementary').getByText('MIGRATION_FAILED').first().waitFor();
    await screenshot(page, 'campaign-failures', true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
  }, 120_000);

  it('retries the tenants that failed', async () => {
    const { id } = await newest();
    const failures = async () => (await call('backup', 'GET', `/campaigns/${id}/migrations?status=failed`)).items.map((migration: { finished_at: string }) => migration.finished_at);
    const first: string[] = await failures();
    const page = await open(`/campaigns/${id}?tenant=${fleet.failing[0]}`);
    const took = page.getByRole('complementary').locator('.pf-v6-c-description-list__group').filter({ hasText: /^Took/ }).first();
    const before = await took.textContent();
    await page.getByRole('button', { name: `Retry ${fleet.failing.length} failed tenants` }).click();
    await page.getByText('The failed tenants are retried').waitFor();
    await until('the second attempts', async () => {
      const second = await failures();
      return second.length === first.length && second.every((finished: string) => !first.includes(finished));
    });
    await expect.poll(() => took.textContent(), { timeout: 30_000 }).not.toBe(before);
    await page.close();
  });

  it('is rolled back after its blueprint was typed', async () => {
    const forward = await newest();
    const page = await open(`/campaigns/${forward.id}`);
    await page.getByRole('button', { name: 'Roll back' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Back up each tenant/).uncheck();
    const confirm = dialog.getByRole('button', { name: 'Roll back' });
    expect(await confirm.isDisabled()).toBe(true);
    await screenshot(page, 'campaign-rollback-dialog');
    await dialog.getByRole('textbox').fill(fleet.blueprint);
    await confirm.click();
    await page.waitForURL((url) => !url.pathname.includes(forward.id));
    await expect.poll(() => page.locator('.tn-cell[data-status="completed"]').count(), { timeout: 30_000 }).toBeGreaterThan(40);
    await screenshot(page, 'campaign-running-light');
    await page.evaluate(() => document.documentElement.classList.add('pf-v6-theme-dark'));
    await screenshot(page, 'campaign-running-dark');
    await page.evaluate(() => document.documentElement.classList.remove('pf-v6-theme-dark'));
    await until('the end of the rollback', async () => {
      const rollback = await newest();
      return rollback.direction === 'rollback' && rollback.status === 'completed';
    }, 60_000);
    // Also those that had failed: they are at the previous version.
    await expect.poll(() => page.locator('.tn-cell[data-status="completed"]').count(), { timeout: 30_000 }).toBe(200);
    await page.close();
  }, 90_000);
});
