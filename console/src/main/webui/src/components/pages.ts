import type { UseQueryResult } from '@tanstack/react-query';

/** A list that is not divided into pages, for `PagedTable`. */
export function onePage<Row>({ data, error, refetch }: Pick<UseQueryResult<{ items: Row[] }, unknown>, 'data' | 'error' | 'refetch'>) {
  return {
    data: data && { pages: [{ items: data.items, next: undefined }], pageParams: [undefined] },
    error,
    refetch,
    hasNextPage: false,
    isFetchingNextPage: false,
    isPlaceholderData: false,
    fetchNextPage: () => Promise.resolve(undefined),
  };
}
