import type { QueryClient } from '@tanstack/react-query';
import { createStore } from './store';

/** Something changed. What it is now is read from the API. */
export interface Hint {
  /** What changed; `all` if anything may have. */
  kind: string;
  id: string;
  /** The tenant that it concerns, if it concerns one. */
  tenant_id?: string;
}

/** Whether hints arrive. If not, queries are repeated in short intervals instead. */
export const isLive = createStore(false);

/** How often a query is repeated: a safety net while hints arrive, otherwise the only way to notice a change. */
export const pollInterval = () => (isLive.get() ? 60_000 : 8_000);

/** Parts of the paths whose responses may change, for each kind of hint. */
const AFFECTED: Record<string, string[]> = {
  tenant: ['/tenant/v1/tenants', '/tenant/v1/clusters', '/tenant/v1/jobs', '/tenant/v1/projects', '/v1/audit', '/migrations/'],
  job: ['/v1/jobs'],
  campaign: ['/v1/campaigns', '/migrations', '/backup/v1/jobs'],
  migration: ['/v1/campaigns', '/migrations', '/backup/v1/jobs'],
  backup: ['/backups', '/v1/protection', '/v1/schedules', '/backup/v1/jobs'],
  restore: ['/v1/restores', '/backup/v1/jobs'],
  drill: ['/v1/drills', '/v1/protection', '/backup/v1/jobs'],
  topic: ['/v1/topics', '/v1/groups'],
  instance: ['/v1/instances'],
  'dead-letter': ['/v1/dead-letters'],
};

/** Whether the response of a query may be another one after a hint. A query of one tenant is not affected by another's. */
export function isAffected(hint: Hint, path: string, parameters: { tenant_id?: string } = {}): boolean {
  if (hint.kind === 'all') return true;
  if (hint.tenant_id && parameters.tenant_id && hint.tenant_id !== parameters.tenant_id) return false;
  return (AFFECTED[hint.kind] ?? [`/${hint.kind}`]).some((part) => path.includes(part));
}

interface Parameters {
  params?: { path?: { tenant_id?: string }; query?: { tenant_id?: string } };
}
const tenantOf = (init: unknown) => ({ ...(init as Parameters | undefined)?.params?.query, ...(init as Parameters | undefined)?.params?.path });

/** Hints that arrive within this time cause one refresh, so that a campaign of hundreds of tenants does not cause hundreds. */
const GATHER_MS = 250;
/** After this time the next hints are handled although a response is missing. */
const LONGEST_REFRESH_MS = 5_000;
const RECONNECT_MS = 5_000;

/** Reads the stream of hints until it is closed, and refreshes what they name. */
export function followHints(queries: QueryClient, open: () => EventSource = () => new EventSource('/hints')): () => void {
  let source: EventSource;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  let flush: ReturnType<typeof setTimeout> | undefined;
  let gathered: Hint[] = [];
  let isStopped = false;

  const refresh = async () => {
    const hints = gathered;
    gathered = [];
    const refreshed = queries.invalidateQueries({
      predicate: ({ queryKey: [, path, init] }) => typeof path === 'string' && hints.some((hint) => isAffected(hint, path, tenantOf(init))),
    });
    // A steady stream of hints must not start a long list from its beginning again and again.
    await Promise.race([refreshed, new Promise((resolve) => setTimeout(resolve, LONGEST_REFRESH_MS))]);
    flush = gathered.length > 0 && !isStopped ? setTimeout(refresh, GATHER_MS) : undefined;
  };

  const connect = () => {
    source = open();
    source.onopen = () => {
      // What happened while there was no connection is not repeated.
      if (!isLive.get()) void queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'session' });
      isLive.set(true);
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const hint = read(message.data);
      if (!hint) return;
      gathered.push(hint);
      flush ??= setTimeout(refresh, GATHER_MS);
    };
    source.onerror = () => {
      isLive.set(false);
      if (source.readyState === EventSource.CLOSED) reconnect = setTimeout(connect, RECONNECT_MS);
    };
  };

  connect();
  return () => {
    isStopped = true;
    clearTimeout(reconnect);
    clearTimeout(flush);
    source.close();
    isLive.set(false);
  };
}

function read(data: string): Hint | undefined {
  try {
    const hint = JSON.parse(data) as Partial<Hint>;
    return typeof hint.kind === 'string' ? { kind: hint.kind, id: String(hint.id), tenant_id: hint.tenant_id } : undefined;
  } catch {
    return undefined;
  }
}
