import { PageSection, Skeleton } from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureAlert, FailureState } from './Failure';

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T, unknown>, 'data' | 'error' | 'refetch'>;
  children: (data: T) => ReactNode;
  /** Lines of the placeholder. Choose it so that nothing moves when the data comes. */
  lines?: number;
  /** The header of a page whose data has a better one: above the placeholder and a failure, so that the page is never without. */
  header?: ReactNode;
}

/** Shows what a query returned, a placeholder until then, and a failure in its place or, if older data is there, above it. */
export function Loaded<T>({ query: { data, error, refetch }, children, lines = 4, header }: LoadedProps<T>) {
  const { t } = useTranslation();
  if (data !== undefined) {
    return (
      <>
        {error != null && <FailureAlert error={error} onRetry={() => void refetch()} />}
        {children(data)}
      </>
    );
  }
  const instead =
    error != null ? (
      <FailureState error={error} onRetry={() => void refetch()} />
    ) : (
      <div className="tn-skeleton" aria-busy="true">
        {Array.from({ length: lines }, (_, line) => (
          <Skeleton key={line} width={`${90 - ((line * 17) % 45)}%`} screenreaderText={line === 0 ? t('common.loading') : undefined} />
        ))}
      </div>
    );
  if (header === undefined) return instead;
  return (
    <>
      {header}
      <PageSection hasBodyWrapper={false}>{instead}</PageSection>
    </>
  );
}
