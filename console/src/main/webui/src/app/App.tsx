import { Bullseye, Spinner } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { followHints } from '../api/hints';
import { isSignedIn, noteSessionEnd, sessionQuery, type Session } from '../api/session';
import { FailureState } from '../components/Failure';
import { LoginScreen } from './LoginScreen';
import { rememberedPage } from './returning';
import { Shell } from './Shell';

/** The console for a user who has logged in; the log-in page, at the same address, for others. */
export function App() {
  const { t } = useTranslation();
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const signedIn = isSignedIn(session) ? session : undefined;
  useExpiry(signedIn);
  const { history } = useRouter();
  useEffect(() => {
    const page = signedIn && rememberedPage(location.pathname);
    if (page) history.replace(page);
  }, [signedIn, history]);

  if (session && !signedIn && 'signedOut' in session) return <LoginScreen offer={session} />;
  if (signedIn) return <Shell session={signedIn} />;
  return (
    <Bullseye>
      {error ? <FailureState error={error} onRetry={() => void refetch()} /> : <Spinner aria-label={t('common.loading')} />}
    </Bullseye>
  );
}

/** Follows the hints while the session lasts, and returns to the log-in page when it ends. */
function useExpiry(session: Session | undefined) {
  const queries = useQueryClient();
  const isSignedIn = session !== undefined;
  const expiresAt = session?.expires_at;

  useEffect(() => (isSignedIn ? followHints(queries) : undefined), [isSignedIn, queries]);

  useEffect(() => {
    if (!isSignedIn) {
      // Nothing that was read in a session stays in memory after it.
      queries.removeQueries({ predicate: ({ queryKey: [first] }) => first !== 'session' });
      return;
    }
    return noteSessionEnd;
  }, [isSignedIn, queries]);

  useEffect(() => {
    if (!expiresAt) return;
    const left = Date.parse(expiresAt) - Date.now();
    const timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ['session'] }), Math.min(Math.max(left, 1_000), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  }, [expiresAt, queries]);
}
