const KEY = 'tenantry.return';

/** Remembers the page to return to after the log-in at the OpenID provider, which ends at the first page. */
export function rememberPage() {
  if (location.pathname !== '/login') sessionStorage.setItem(KEY, location.pathname + location.search);
}

/** The page to go to after a log-in, once; undefined to stay. */
export function rememberedPage(current: string): string | undefined {
  const page = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (current !== '/' && current !== '/login') return undefined;
  return page ?? (current === '/login' ? '/' : undefined);
}
