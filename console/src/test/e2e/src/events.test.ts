import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { close, open, screenshot } from './browser.ts';
import { call, job, keys, until } from './stack.ts';

afterAll(close);

const { sender } = inject('fixtures');
let letter: { id: number };

beforeAll(async () => {
  const { items } = await until('dead letters', async () => {
    const page = await call('ingestion', 'GET', `/dead-letters?tenant_id=${sender.id}`);
    return page.items.length >= 2 && page;
  });
  letter = items[0];
});

describe('a dead letter', () => {
  it('keeps its message hidden until somebody asks for it', async () => {
    const page = await open('/dead-letters');
    const read: string[] = [];
    page.on('request', (request) => {
      if (/dead-letters\/\d+$/.test(new URL(request.url()).pathname)) read.push(request.url());
    });
    await page.getByRole('link', { name: String(letter.id), exact: true }).click();
    await page.getByRole('button', { name: 'Show the message' }).waitFor();
    expect(read.filter((url) => url.includes('/api/'))).toEqual([]);
    await page.getByRole('button', { name: 'Show the message' }).click();
    await page.getByText('"order"').first().waitFor();
    await screenshot(page, 'dead-letter-message', true);
    await page.close();
  });

  it.runIf(keys.viewer)('does not show its message to a viewer', async () => {
    const page = await open(`/dead-letters/${letter.id}`, { role: 'viewer' });
    await page.getByText(/Your role does not show it/).waitFor();
    expect(await page.getByRole('button', { name: /Show the message|Redrive/ }).count()).toBe(0);
    await page.close();
  });

  it('is redriven after a dry run said what happens, and delivered', async () => {
    // The cause is removed first.
    await job('backup', (await call('backup', 'POST', `/tenants/${sender.id}/migrations`, {})).id);
    const page = await open(`/dead-letters?tenant_id=${sender.id}`);
    await page.getByRole('checkbox', { name: /Select all/ }).check();
    await page.getByRole('button', { name: 'Redrive 2 selected' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 messages are sent to their topic again').waitFor();
    const before = await call('ingestion', 'GET', `/dead-letters/${letter.id}`);
    expect(before.status).toBe('waiting');
    await screenshot(page, 'redrive');
    await dialog.getByRole('button', { name: 'Redrive 2 messages' }).click();
    await page.getByText('2 messages were sent to their topic again').waitFor();
    await until('the redrive', async () => (await call('ingestion', 'GET', `/dead-letters?tenant_id=${sender.id}&status=redriven`)).items.length === 2);
    await page.close();
  });
});
