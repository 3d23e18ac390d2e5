import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, it, vi } from 'vitest';
import { createApi, createHttp } from './client';
import { paged } from './paged';

afterEach(() => vi.unstubAllGlobals());

it('keeps a list that is read page by page apart from its first page, and asks for that without a position', async () => {
  const asked: string[] = [];
  const fetch = (request: Request) => {
    asked.push(new URL(request.url).search);
    return Promise.resolve(new Response(JSON.stringify({ items: [{ id: 'first' }] }), { headers: { 'Content-Type': 'application/json' } }));
  };
  vi.stubGlobal('fetch', fetch);
  const api = createApi(createHttp());
  const params = { params: { query: { limit: '200' } } };
  function Both(): ReactNode {
    const once = api.useQuery('get', '/api/backup/v1/backups', params);
    const pages = api.useInfiniteQuery('get', '/api/backup/v1/backups', params, paged);
    return `${once.data?.items.length} ${pages.data?.pages.length}`;
  }
  const element = document.createElement('div');
  const root = createRoot(element);
  root.render(<QueryClientProvider client={new QueryClient()}>{<Both />}</QueryClientProvider>);
  await vi.waitFor(() => expect(element.textContent).toBe('1 1'));
  expect(asked).toEqual(['?limit=200', '?limit=200']);
  root.unmount();
});
