/** Takes the token of a portal link out of the address, where it would be seen and kept in the history. */
export function takeToken(location: Pick<Location, 'hash' | 'pathname' | 'search'>, history: Pick<History, 'replaceState'>): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  if (token) history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** The portal's path of a path of tenant-service: /api/tenant/v1/tenants/… is /portal/api/v1/tenants/… */
export const portalPath = (path: string) => path.replace(/^\/api\/tenant\//, '/portal/api/');

/** The request of a path of tenant-service as the portal sends it: to its own path, with the token of the link. */
export async function withLink(request: Request, token: string): Promise<Request> {
  const { origin, pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${token}`);
  // A body that is passed on as a stream is refused by browsers over HTTP/1.1.
  const body = request.body === null ? undefined : await request.text();
  return new Request(origin + portalPath(pathname) + search, { method: request.method, headers, body, signal: request.signal });
}
