import { keepPreviousData } from '@tanstack/react-query';

/** Options of `api.useInfiniteQuery` for a list that is read page by page, as all lists of the services are. */
export const paged = {
  pageParamName: 'after',
  // With undefined the library would ask for the page after 0; null is left out.
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next?: string | null }) => page.next ?? undefined,
  placeholderData: keepPreviousData,
};

/** How many rows a list reads at once. */
export const PAGE_SIZE = '200';
