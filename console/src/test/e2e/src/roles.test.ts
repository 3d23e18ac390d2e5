import { afterAll, describe, expect, inject, it } from 'vitest';
import { close, open, screenshot, settled } from './browser.ts';
import { keys, type Role } from './stack.ts';

afterAll(close);

const { shop } = inject('fixtures');
const ROLES: Role[] = ['viewer', 'operator', 'admin'];

/** What a screen offers to a role, and to those that include it. */
const OFFERED: [path: string, action: RegExp, role: Role][] = [
  ['/tenants', /Create tenant/, 'operator'],
  [`/tenants/${shop.id}`, /Suspend/, 'operator'],
  [`/tenants/${shop.id}`, /Show the connection string/, 'admin'],
  [`/tenants/${shop.id}/backups`, /Back up now/, 'operator'],
  [`/tenants/${shop.id}/restores`, /Restore from a backup/, 'operator'],
  [`/tenants/${shop.id}/keys`, /Create a key/, 'operator'],
  [`/tenants/${shop.id}/webhooks`, /Create a link/, 'operator'],
  [`/tenants/${shop.id}/limits`, /Change quotas/, 'admin'],
  ['/campaigns', /Start a campaign/, 'operator'],
  ['/restores', /Restore a tenant/, 'operator'],
  ['/instances', /Create an instance/, 'operator'],
  ['/about', /Re-encrypt/, 'admin'],
];

describe.each(ROLES)('a %s', (role) => {
  it.runIf(keys[role])('is offered what the role permits, and nothing else', async () => {
    const page = await open('/about', { role });
    expect(await page.getByRole('main').textContent()).toMatch(role === 'admin' ? /Administrator/ : new RegExp(role, 'i'));
    for (const [path, action, needed] of OFFERED) {
      if (new URL(page.url()).pathname !== path) {
        await page.goto(path);
        await settled(page);
      }
      const offered = page.getByRole('main').getByText(action).first();
      if (ROLES.indexOf(role) < ROLES.indexOf(needed)) expect(await offered.count(), `${action} at ${path} as ${role}`).toBe(0);
      else await offered.waitFor();
    }
    if (role === 'viewer') await screenshot(page, 'about-viewer');
    await page.close();
  }, 120_000);
});

describe('a viewer', () => {
  it.runIf(keys.viewer)('changes nothing by calling the services through the console', async () => {
    const page = await open('/about', { role: 'viewer' });
    const statuses = await page.evaluate(async (tenant) => {
      const { csrf } = await (await fetch('/session')).json();
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      const post = async (path: string, body: object) => (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).status;
      return [
        await post(`/api/tenant/v1/tenants/${tenant}/suspend`, {}),
        await post(`/api/backup/v1/tenants/${tenant}/backups`, {}),
        await post('/api/backup/v1/restores', { tenant_id: tenant }),
        await post('/api/ingestion/v1/dead-letters/redrive', {}),
      ];
    }, shop.id);
    await page.close();
    expect(statuses).toEqual([403, 403, 403, 403]);
  });
});
