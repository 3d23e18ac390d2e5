import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { close, open, overflow, screenshot, seriousFindings } from './browser.ts';
import { call, consoleUrl, guest } from './stack.ts';

afterAll(close);

const { shop, sender } = inject('fixtures');

/** Somebody who has no session of the console, only a link. */
let visitor: BrowserContext;

/** A page with the portal of the shop. */
async function follow(link: { token: string; parent_origin?: string }): Promise<Page> {
  const page = await visitor.newPage();
  await page.goto(addressOf(link));
  return page;
}

const createLink = (body: object = {}) => call('tenant', 'POST', `/tenants/${shop.id}/portal-links`, body);
const addressOf = ({ token, parent_origin: origin }: { token: string; parent_origin?: string }) =>
  `${consoleUrl}/portal${origin ? `?parent_origin=${encodeURIComponent(origin)}` : ''}#token=${token}`;

beforeEach(async () => {
  const page = await open('/about');
  visitor = await page.context().browser()!.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  visitor.setDefaultTimeout(30_000);
  await page.close();
  return () => visitor.close();
});

/** A page that embeds what its query names, and a receiver of webhooks. */
function serve(received: string[]): Server {
  return createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        received.push(`${url.pathname} ${request.headers['webhook-signature']} ${body}`);
        response.writeHead(url.pathname === '/broken' ? 500 : 204).end();
      });
      return;
    }
    const source = (url.searchParams.get('embeds') ?? 'about:blank').replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>A customer's page</title><iframe src="${source}" width="1000" height="700"></iframe>`);
  });
}

const listening = (server: Server, port: number) => new Promise<number>((resolve) => server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

describe('the portal', () => {
  it('shows nothing without a link', async () => {
    const page = await visitor.newPage();
    await page.goto(`${consoleUrl}/portal`);
    await page.getByRole('heading', { level: 1, name: 'This link has ended' }).waitFor();
    await screenshot(page, 'portal-ended');
    await page.goto(`${consoleUrl}/portal#token=portal_1_${'0'.repeat(64)}`);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'This link has ended' }).waitFor();
  });

  it('shows the webhooks of the tenant of its link only, and keeps the token out of the address', async () => {
    const { endpoint } = await call('tenant', 'POST', `/tenants/${sender.id}/webhooks/endpoints`, { url: 'https://93.184.216.34/of-another-tenant' });
    await call('tenant', 'POST', `/tenants/${sender.id}/webhooks/endpoints/${endpoint.endpoint_id}/pause`);
    const page = await follow(await createLink());
    await page.getByRole('heading', { name: 'No endpoints' }).waitFor();
    expect(await page.getByText('of-another-tenant').count()).toBe(0);
    expect(page.url()).toBe(`${consoleUrl}/portal`);
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))).not.toContain('portal_');
    await screenshot(page, 'portal-empty');
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 700 });
    expect((await overflow(page)).pixels).toBe(0);

    // The token is in memory only.
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'This link has ended' }).waitFor();
  });

  it('ends as soon as its link is revoked', async () => {
    const page = await follow(await createLink());
    await page.getByRole('heading', { name: 'No endpoints' }).waitFor();
    await call('tenant', 'DELETE', `/tenants/${shop.id}/portal-links`);
    await page.getByRole('button', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await page.getByRole('heading', { level: 1, name: 'This link has ended' }).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });
});

describe.runIf(guest)('the portal and the servers of a customer', () => {
  const received: string[] = [];
  const embedder = serve(received);
  const stranger = serve([]);
  let strange: string;

  beforeAll(async () => {
    await listening(embedder, Number(new URL(guest!).port));
    strange = `http://127.0.0.1:${await listening(stranger, 0)}`;
    return () => {
      embedder.closeAllConnections();
      embedder.close();
      stranger.closeAllConnections();
      stranger.close();
    };
  });

  it('adds an endpoint, tests it, shows what was sent, and deletes it', async () => {
    const page = await follow(await createLink());
    await page.getByRole('button', { name: 'Add an endpoint' }).first().click();
    let dialog = page.getByRole('dialog');
    const add = dialog.getByRole('button', { name: 'Add an endpoint' });
    await dialog.getByLabel(/^URL/).fill('not an address');
    expect(await add.isDisabled()).toBe(true);
    await dialog.getByLabel(/^URL/).fill('http://169.254.169.254/latest');
    await add.click();
    await dialog.getByText(/OUTBOUND_ADDRESS_REFUSED|VALIDATION_FAILED/).first().waitFor();
    await dialog.getByLabel(/^URL/).fill(`${guest}/hook`);
    await add.click();
    await page.getByText(/whsec_/).waitFor();
    await screenshot(page, 'portal-secret');
    await page.getByRole('button', { name: 'I have stored it' }).click();

    const row = page.getByRole('row').filter({ hasText: `${guest}/hook` });
    await row.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Send a test message' }).click();
    await page.getByText(`${guest}/hook accepted the test message`).waitFor();
    expect(received.filter((message) => /^\/hook v1,/.test(message))).toHaveLength(1);

    for (const action of ['suspend', 'resume']) await call('tenant', 'POST', `/tenants/${shop.id}/${action}`, {});
    const log = page.getByRole('region', { name: 'Deliveries' }).first();
    await expect.poll(() => log.locator('[data-status="delivered"]').count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
    await screenshot(page, 'portal');
    expect(await seriousFindings(page)).toEqual([]);
    await log.getByRole('button', { name: 'tenant.suspended' }).click();
    dialog = page.getByRole('dialog');
    await dialog.getByText(/Attempt 1: 204/).waitFor();
    await screenshot(page, 'portal-delivery');
    await dialog.getByRole('button', { name: 'Close' }).last().click();

    await row.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(new URL(guest!).host);
    await confirm.click();
    await page.getByRole('heading', { name: 'No endpoints' }).waitFor();
  }, 120_000);

  it('is embedded by the page that its link names', async () => {
    const page = await visitor.newPage();
    await page.goto(`${guest}/?embeds=${encodeURIComponent(addressOf(await createLink({ parent_origin: guest })))}`);
    await page.frameLocator('iframe').getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
    await page.frameLocator('iframe').getByRole('button', { name: 'Add an endpoint' }).first().waitFor();
    await screenshot(page, 'portal-embedded');
  });

  it.each([
    ['of another origin', () => strange, guest],
    ['that the link does not name', () => guest!, undefined],
  ] as const)('is not embedded by a page %s', async (_, parent, named) => {
    const page = await visitor.newPage();
    const refusals: string[] = [];
    page.on('console', (message) => refusals.push(message.text()));
    await page.goto(`${parent()}/?embeds=${encodeURIComponent(addressOf(await createLink({ parent_origin: named })))}`);
    await expect.poll(() => refusals.join()).toMatch(/frame-ancestors|X-Frame-Options/);
    await expect.poll(() => page.frames()[1]!.url()).toBe('chrome-error://chromewebdata/');
  });
});
