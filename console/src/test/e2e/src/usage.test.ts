import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { close, open, screenshot, seriousFindings, settled } from './browser.ts';
import { control, sql } from './stack.ts';

afterAll(close);

const { run } = inject('fixtures');
const measured = { id: randomUUID(), name: `measured-${run}` };
const unmeasured = { id: randomUUID(), name: `unmeasured-${run}` };

/** Tenants as the registry knew them 60 days ago, and what the sampler wrote about one of them. Three hours and two days are missing. */
const SAMPLES = `
  INSERT INTO control_plane.tenants (tenant_id, name, environment, status, blueprint, blueprint_version, region, created_at)
  SELECT id, name, 'production', 'registered', 'project', '0', 'us-east-1', now() - interval '60 days'
  FROM (VALUES ('${measured.id}'::uuid, '${measured.name}'), ('${unmeasured.id}'::uuid, '${unmeasured.name}')) AS tenant (id, name);

  INSERT INTO control_plane.usage_tenants (tenant_id, name, environment, blueprint, region, created_at)
  VALUES ('${measured.id}', '${measured.name}', 'production', 'project', 'us-east-1', now() - interval '60 days');

  INSERT INTO control_plane.usage_hourly (tenant_id, hour, storage_bytes, tables, connections_peak, transactions, rows_in, rows_out,
    events_captured, bytes_captured, events_delivered, bytes_delivered, backups, backup_bytes)
  SELECT '${measured.id}', date_trunc('hour', now(), 'UTC') - hour * interval '1 hour', 5e12 + (100 - hour) * 1e9, 40, 8 + hour % 5,
    20000 + 900 * (hour % 7), 4000 + 300 * (hour % 5), 90000 + 4000 * (hour % 6), 1200 + 90 * (hour % 8), 4e6, 1190 + 90 * (hour % 8), 4e6,
    (hour % 24 = 2)::int, (hour % 24 = 2)::int * 8e10
  FROM generate_series(1, 72) AS hour
  WHERE hour NOT BETWEEN 8 AND 10;

  INSERT INTO control_plane.usage_daily (tenant_id, day, hours_measured, storage_byte_hours, storage_bytes_max, tables_max, connections_peak,
    transactions, rows_in, rows_out, counter_restarts, events_captured, bytes_captured, events_delivered, bytes_delivered, backups, backup_bytes)
  SELECT '${measured.id}', current_date - day, 24, 24 * (5e12 - day * 2e10), 5e12 - day * 2e10, 40, 12, 480000 + 9000 * (day % 7), 96000, 2100000, 0,
    29000 + 800 * (day % 5), 9e7, 29000 + 800 * (day % 5), 9e7, 1, 8e10
  FROM generate_series(4, 55) AS day
  WHERE day NOT IN (10, 11)
  ON CONFLICT DO NOTHING;

  INSERT INTO control_plane.usage_totals (day, tenants, created, deleted, tenants_measured, storage_bytes, events_captured, events_delivered)
  SELECT current_date - day, 400 - day * 5, 5, 0, 400 - day * 5, 9e12 - day * 9e10, 90000 - day * 400, 89000 - day * 400
  FROM generate_series(4, 55) AS day
  WHERE day NOT IN (10, 11)
  ON CONFLICT DO NOTHING`;

const NO_SAMPLES = `
  DELETE FROM control_plane.usage_hourly WHERE tenant_id = '${measured.id}';
  DELETE FROM control_plane.usage_daily WHERE tenant_id = '${measured.id}';
  DELETE FROM control_plane.usage_tenants WHERE tenant_id = '${measured.id}';
  DELETE FROM control_plane.usage_totals WHERE day < current_date - 3;
  DELETE FROM control_plane.tenants WHERE tenant_id IN ('${measured.id}', '${unmeasured.id}')`;

describe.runIf(control)('usage', () => {
  beforeAll(async () => {
    await sql(SAMPLES);
    return () => sql(NO_SAMPLES);
  });

  it('ranks tenants by what is asked for, and leads to the charts of one', async () => {
    const page = await open('/usage?days=90');
    await page.getByRole('row').filter({ hasText: measured.name }).getByText('TiB').waitFor();
    await screenshot(page, 'usage-light', true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /^Measure/ }).click();
    await page.getByRole('option', { name: 'Events', exact: true }).click();
    await page.waitForURL(/by=events/);
    await page.getByRole('columnheader', { name: 'Events' }).waitFor();
    await page.getByRole('link', { name: `Charts of ${measured.name}` }).click();
    await page.getByRole('heading', { level: 1, name: `Usage of ${measured.name}` }).waitFor();
    await page.goBack();
    await page.waitForURL(/by=events/);
    await page.getByRole('columnheader', { name: 'Events' }).waitFor();
    await page.close();
  });

  it('shows a gap as a gap', async () => {
    const page = await open(`/usage/${measured.id}`);
    await page.getByText(/^Info alert:1 gap: nothing was measured from/).or(page.getByText(/1 gap: nothing was measured from/)).first().waitFor();
    const storage = page.getByRole('figure', { name: 'Storage' });
    await storage.locator('canvas').waitFor();
    const rows = storage.locator('tbody tr');
    // The hour in progress has no value yet.
    const cells = await rows.locator('td').allTextContents();
    expect(cells.filter((cell) => cell === 'not measured').length).toBeGreaterThanOrEqual(3);
    expect(cells.filter((cell) => /^4\.\d TiB$/.test(cell)).length).toBeGreaterThanOrEqual(20);
    expect(cells).not.toContain('0 B');
    await screenshot(page, 'usage-tenant-light', true);
    await page.evaluate(() => document.documentElement.classList.add('pf-v6-theme-dark'));
    await screenshot(page, 'usage-tenant-dark', true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.evaluate(() => document.documentElement.classList.remove('pf-v6-theme-dark'));

    await page.goto(`/usage/${measured.id}?period=month`);
    await settled(page);
    await storage.locator('canvas').waitFor();
    expect((await rows.locator('td').allTextContents()).filter((cell) => cell === 'not measured').length).toBeGreaterThanOrEqual(2);
    await page.close();
  });

  it('says why there is nothing to show', async () => {
    const page = await open(`/usage/${unmeasured.id}`);
    await page.getByRole('heading', { name: 'Nothing was measured in this period' }).waitFor();
    await screenshot(page, 'usage-empty');
    await page.close();
  });

  it('is downloaded for billing', async () => {
    const page = await open('/usage');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download CSV' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    expect(file.split('\n')[0]).toMatch(/^month,tenant_id,name,/);
    expect(file).toContain(measured.name);
    await page.close();
  });

  it('and what was provisioned, stored, backed up and migrated is reported', async () => {
    const page = await open('/reports?days=90');
    const panel = (name: string) => page.getByRole('region', { name, exact: true }).first();
    await panel('Provisioning').getByText('Success rate').waitFor();
    await panel('Provisioning').getByRole('figure').locator('canvas').waitFor();
    await panel('Campaigns').or(page.getByText('No campaign was started in this period.')).first().waitFor();
    const growth = page.getByRole('figure', { name: 'Storage' });
    await growth.locator('canvas').waitFor();
    const cells = await growth.locator('tbody td').allTextContents();
    expect(cells.filter((cell) => /TiB$/.test(cell)).length).toBeGreaterThanOrEqual(50);
    expect(cells.filter((cell) => cell === 'not measured').length).toBeGreaterThanOrEqual(2);
    await screenshot(page, 'reports-light', true);
    await page.evaluate(() => document.documentElement.classList.add('pf-v6-theme-dark'));
    await screenshot(page, 'reports-dark', true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
  });
});
