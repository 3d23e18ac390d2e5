import { afterAll, describe, expect, inject, it } from 'vitest';
import { close, open, screenshot, settled } from './browser.ts';
import { call, control, sql, until } from './stack.ts';

afterAll(close);

const { run, shop } = inject('fixtures');
const statusOf = async (name: string) => (await call('tenant', 'GET', `/tenants?name_prefix=${name}`)).items[0]?.status;

describe('a new tenant', () => {
  it('shows the steps of its provisioning as they happen', async () => {
    const name = `new-${run}`;
    const page = await open('/tenants');
    await page.getByRole('button', { name: 'Create tenant' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Name/).fill(name);
    await screenshot(page, 'tenant-create');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const loaded = await page.evaluate(() => performance.timeOrigin);
    await page.getByText('Log in as the tenant').waitFor();
    await page.locator('.tn-page-header__title [data-status="active"]').waitFor();
    expect(await page.evaluate(() => performance.timeOrigin), 'the page was not loaded again').toBe(loaded);
    await screenshot(page, 'tenant-provisioned');
    expect(await statusOf(name)).toBe('active');
    await page.close();
  });
});

describe('the list of tenants', () => {
  it('is filtered by the service, and its filters are in the URL', async () => {
    const page = await open(`/tenants?name=fleet-${run}`);
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    const answer = page.waitForResponse((response) => /\/v1\/tenants\?/.test(response.url()) && response.url().includes('status=suspended'));
    await page.getByRole('option', { name: 'Suspended' }).click();
    expect((await (await answer).json()).items).toEqual([]);
    await page.getByText('No row matches the filters').waitFor();
    const url = new URL(page.url());
    expect(Object.fromEntries(url.searchParams)).toEqual({ name: `fleet-${run}`, status: 'suspended' });

    // The same list in another tab; and the filters can be removed there.
    await page.close();
    const other = await open(url.pathname + url.search);
    await other.getByRole('button', { name: 'Status: Suspended' }).waitFor();
    await other.getByRole('button', { name: 'Clear all filters' }).click();
    await other.getByRole('link', { name: /-/ }).first().waitFor();
    expect(new URL(other.url()).search).toBe('');
    await other.close();
  });

  it('suspends several tenants at once, after their names were shown', async () => {
    const names = [1, 2].map((number) => `bulk-${run}-${number}`);
    for (const name of names) await call('tenant', 'POST', '/tenants', { name, environment: 'production', blueprint: 'car' });
    const page = await open(`/tenants?name=bulk-${run}`);
    for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('button', { name: 'Actions for 2 tenants' }).click();
    await page.getByRole('menuitem', { name: 'Suspend…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Suspend 2 tenants?' });
    for (const name of names) await dialog.getByRole('link', { name }).waitFor();
    await screenshot(page, 'tenants-suspend');
    await dialog.getByRole('button', { name: 'Suspend 2 tenants' }).click();
    await dialog.getByText('2 of 2').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect.poll(() => page.locator('[data-status="suspended"]').count()).toBe(2);
    for (const name of names) expect(await statusOf(name)).toBe('suspended');
    await page.close();
  });
});

describe('a tenant', () => {
  it('is found from everywhere by keyboard', async () => {
    const page = await open('/about');
    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill(shop.name);
    await page.getByRole('list', { name: 'Search' }).getByText(shop.name).waitFor();
    await screenshot(page, 'search');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: shop.name }).waitFor();
    await page.close();
  });

  it('has an id that a click copies, and exact times', async () => {
    const page = await open(`/tenants/${shop.id}`);
    await page.getByRole('button', { name: `Copy ${shop.id}` }).click();
    await page.getByRole('button', { name: `Copied ${shop.id}` }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shop.id);
    const { created_at: created } = await call('tenant', 'GET', `/tenants/${shop.id}`);
    const time = page.locator(`time[datetime="${created}"]`).first();
    expect(await time.getAttribute('title')).toContain(String(new Date(created).getFullYear()));
    await page.close();
  });

  it('is deleted only after its name was typed, and the dialog says what is lost', async () => {
    const page = await open(`/tenants/${shop.id}`);
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: `Delete ${shop.name}?` });
    await dialog.getByText(/All data in car_/).waitFor();
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    await dialog.getByRole('textbox').fill(`${shop.name}x`);
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(shop.name);
    expect(await confirm.isDisabled()).toBe(false);
    await screenshot(page, 'tenant-delete');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.close();
    expect(await statusOf(shop.name)).toBe('active');
  });
});

describe.runIf(control)('a list of 10,000 tenants', () => {
  it('scrolls, and has few of them in the document', async () => {
    await sql(`
      INSERT INTO control_plane.tenants (tenant_id, name, environment, status, blueprint, blueprint_version, region)
      SELECT gen_random_uuid(), 'many-${run}-' || i, 'production', 'registered', 'project', '0', 'us-east-1'
      FROM generate_series(1, 10000) AS i`);
    try {
      const page = await open(`/tenants?name=many-${run}`);
      await settled(page);
      const list = page.locator('.tn-table').first();
      const rows = page.locator('.tn-table tbody tr:not(.tn-table__spacer)');
      const frames: number[] = [];
      await until('all pages', async () => {
        frames.push(
          await list.evaluate(async (element) => {
            element.scrollTop = element.scrollHeight;
            const from = performance.now();
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            return performance.now() - from;
          }),
        );
        return (await page.getByText('10,000 rows', { exact: true }).count()) > 0;
      }, 60_000);
      expect(await rows.count()).toBeLessThan(120);
      // What a wheel does: a step in each frame.
      const gaps = await list.evaluate(async (element) => {
        const times: number[] = [];
        for (let step = 0; step < 60; step++) {
          const from = performance.now();
          element.scrollTop -= 120;
          await new Promise(requestAnimationFrame);
          times.push(performance.now() - from);
        }
        return times.sort((a, b) => a - b);
      });
      frames.sort((a, b) => a - b);
      console.log(`10,000 rows: ${gaps[30]!.toFixed(0)} ms a frame (median), ${gaps[57]!.toFixed(0)} ms (95 %); two frames after a jump to the end: ${frames[frames.length >> 1]!.toFixed(0)} ms`);
      await screenshot(page, 'tenants-10000');
      await page.close();
    } finally {
      await sql(`DELETE FROM control_plane.tenants WHERE name LIKE 'many-${run}-%' AND status = 'registered'`);
    }
  }, 120_000);
});
