import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { components as backup, paths as backupPaths } from './generated/backup';
import type { components as ingestion, paths as ingestionPaths } from './generated/ingestion';
import type { components as tenant, paths as tenantPaths } from './generated/tenant';
import { ApiError, unreachable } from './problem';
import { serviceAnswered, serviceFailed, serviceOf } from './services';
import { csrfToken, sessionEnded } from './session';

export type Paths = tenantPaths & ingestionPaths & backupPaths;
/** Types of the JSON bodies: `Tenant['ApiKey']`, `Backup['Campaign']`, `Ingestion['DeadLetter']`. */
export type Tenant = tenant['schemas'];
export type Backup = backup['schemas'];
export type Ingestion = ingestion['schemas'];

/** Throws an {@link ApiError} for a response that is not successful, and for none at all. */
export const failures: Middleware = {
  async onResponse({ request, response }) {
    const service = serviceOf(new URL(request.url).pathname);
    if (response.ok) {
      serviceAnswered(service);
      return;
    }
    const error = await ApiError.of(response, service);
    if (error.isUnavailable) serviceFailed(service);
    else serviceAnswered(service);
    throw error;
  },
  onError({ error }) {
    if (error instanceof ApiError || (error instanceof DOMException && error.name === 'AbortError')) return;
    return unreachable();
  },
};

const session: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && request.method !== 'HEAD') request.headers.set('X-CSRF-Token', csrfToken());
    return request;
  },
  onResponse({ response }) {
    // With 403 the token of this page may be an old one.
    if (response.status === 401 || response.status === 403) sessionEnded();
  },
};

export function createHttp(...conventions: Middleware[]): Client<Paths> {
  const http = createFetchClient<Paths>({ baseUrl: globalThis.location?.origin ?? '' });
  // Responses pass through the last one first.
  http.use(failures, ...conventions);
  return http;
}

/** Calls the services: `await http.POST('/api/tenant/v1/tenants', { body })`. */
export const http = createHttp(session);

/** Options and hooks of TanStack Query for a client. */
export function createApi(client: Client<Paths>): ReturnType<typeof createQueryClient<Paths>> {
  const base = createQueryClient(client);
  // A list that is read page by page is kept as its pages, and must not be taken for the same path read once.
  const useInfiniteQuery = ((method: never, path: never, init: object, options: never) =>
    base.useInfiniteQuery(method, path, { ...init, isPaged: true } as never, options)) as unknown as typeof base.useInfiniteQuery;
  return { ...base, useInfiniteQuery };
}

/** The same as options and hooks of TanStack Query: `api.useQuery('get', '/api/tenant/v1/clusters')`. */
export const api = createApi(http);
