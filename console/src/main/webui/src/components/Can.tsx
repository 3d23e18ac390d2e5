import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { includes, isSignedIn, sessionQuery, type Role } from '../api/session';

export function useSession() {
  const { data } = useQuery(sessionQuery);
  return isSignedIn(data) ? data : undefined;
}

/** Whether the user's role includes another. The services decide what is permitted; the console does not offer the rest. */
export function useCan(): (role: Role) => boolean {
  const session = useSession();
  return (role) => session !== undefined && includes(session.role, role);
}

/** Shows its content to users with a role only. */
export function Can({ role, children }: { role: Role; children: ReactNode }) {
  return useCan()(role) ? children : null;
}
