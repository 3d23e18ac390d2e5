import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { CubesIcon, SearchIcon } from '@patternfly/react-icons';
import type { ComponentType, ReactNode } from 'react';

interface NothingProps {
  title: string;
  /** What to do next. */
  body: ReactNode;
  action?: ReactNode;
  icon?: ComponentType;
  /** Whether filters hide everything, rather than nothing being there. */
  isFiltered?: boolean;
  /** Whether it is good that nothing is there. */
  isGood?: boolean;
  /** Whether it is all that the page shows. */
  isPage?: boolean;
}

/** In the place of an empty list: why it is empty, and what to do next. */
export function Nothing({ title, body, action, icon, isFiltered = false, isGood = false, isPage = false }: NothingProps) {
  return (
    <EmptyState variant="sm" status={isGood ? 'success' : undefined} titleText={title} headingLevel={isPage ? 'h1' : 'h2'} icon={icon ?? (isFiltered ? SearchIcon : CubesIcon)}>
      <EmptyStateBody>{body}</EmptyStateBody>
      {action && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
