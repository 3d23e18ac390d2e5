import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import type { ReactNode } from 'react';

/** A term with its value; false if it does not apply. */
export type Detail = [term: string, value: ReactNode] | false;

interface DetailsProps {
  /** Terms with their values; a value that is undefined or null is left out. */
  items: Detail[];
  isHorizontal?: boolean;
  columns?: 1 | 2 | 3;
}

/** Terms and values. */
export const Details = ({ items, isHorizontal = true, columns = 1 }: DetailsProps) => (
  <DescriptionList isCompact isHorizontal={isHorizontal} columnModifier={{ default: '1Col', lg: `${columns}Col` }} horizontalTermWidthModifier={{ default: '11ch', md: '14ch' }}>
    {items
      .filter((item) => item !== false)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
  </DescriptionList>
);
