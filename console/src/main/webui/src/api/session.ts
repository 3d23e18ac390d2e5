import { queryOptions } from '@tanstack/react-query';
import { ApiError, unreachable } from './problem';
import { createStore } from './store';

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Session {
  name: string;
  role: string;
  csrf: string;
  expires_at: string;
  login: 'key' | 'oidc';
}

/** How to log in, as the console's answer to a request without a session says. */
export interface SignedOut {
  signedOut: true;
  logins: string[];
}

let csrf = '';
export const csrfToken = () => csrf;

const endListeners = new Set<() => void>();
/** A call was refused because the session has ended. */
export const sessionEnded = () => endListeners.forEach((listener) => listener());
export function onSessionEnd(listener: () => void) {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

/** Whether the session ended while the page was open, and not because the user logged out; the log-in page says so. */
export const hasExpired = createStore(false);
let isLoggingOut = false;
/** The page has no session any more. */
export function noteSessionEnd() {
  hasExpired.set(!isLoggingOut);
  isLoggingOut = false;
}

async function request(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw unreachable();
  }
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | SignedOut> => {
    const response = await request('/session', { signal });
    if (response.status === 401) {
      const problem = (await response.json().catch(() => ({}))) as { logins?: string[] };
      csrf = '';
      return { signedOut: true, logins: problem.logins ?? ['key'] };
    }
    if (!response.ok) throw await ApiError.of(response);
    const session = (await response.json()) as Session;
    csrf = session.csrf;
    hasExpired.set(false);
    return session;
  },
  staleTime: 60_000,
});

export const isSignedIn = (session: Session | SignedOut | undefined): session is Session => session !== undefined && !('signedOut' in session);

export async function logIn(key: string): Promise<void> {
  const response = await request('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  if (!response.ok) throw await ApiError.of(response);
}

export async function logOut(everywhere: boolean): Promise<void> {
  const response = await request(everywhere ? '/session?everywhere=true' : '/session', {
    method: 'DELETE',
    headers: { 'X-CSRF-Token': csrf },
  });
  if (!response.ok && response.status !== 401) throw await ApiError.of(response);
  isLoggingOut = true;
}

/** Whether a role includes another: admin includes operator, operator includes viewer. An unknown role can only read. */
export function includes(role: string, needed: Role): boolean {
  return Math.max(ROLES.indexOf(role as Role), 0) >= ROLES.indexOf(needed);
}
