import { QueryClient } from '@tanstack/react-query';
import { pollInterval } from '../api/hints';
import { ApiError, isWorthRetrying } from '../api/problem';
import { unavailableServices } from '../api/services';

/** A list of many pages is refreshed by hints alone: repeating it would read all of its pages. */
const POLLED_PAGES = 2;
/** How often a service that does not answer is asked again. No hint says that it is back. */
const UNAVAILABLE_MS = 4_000;

const isUnavailable = (error: unknown) => error instanceof ApiError && error.isUnavailable;

export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: isWorthRetrying,
        refetchInterval: ({ state }) => {
          if (isUnavailable(state.error)) return UNAVAILABLE_MS;
          const data = state.data as { pages?: unknown[] } | undefined;
          return (data?.pages?.length ?? 0) > POLLED_PAGES ? false : pollInterval();
        },
      },
      mutations: { retry: false },
    },
  });
  // When a service answers again, everything that could not be read is read at once, whatever its own interval.
  let before = unavailableServices.get().length;
  unavailableServices.subscribe(() => {
    const now = unavailableServices.get().length;
    if (now < before) void queries.invalidateQueries({ predicate: ({ state }) => isUnavailable(state.error) });
    before = now;
  });
  return queries;
}
