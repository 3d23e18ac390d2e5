import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';

interface NumberTableProps {
  label: string;
  columns: string[];
  /** A row for each partition, say; its values are in the order of the columns. */
  rows: { id: number; values: ReactNode[] }[];
}

/** A small table whose values are all numbers. */
export function NumberTable({ label, columns, rows }: NumberTableProps) {
  return (
    <Table variant="compact" gridBreakPoint="grid-md" aria-label={label}>
      <Thead>
        <Tr>
          {columns.map((title) => (
            <Th key={title} className="tn-number">
              {title}
            </Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map(({ id, values }) => (
          <Tr key={id}>
            {values.map((value, index) => (
              <Td key={columns[index]} dataLabel={columns[index]} className="tn-number">
                {value}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
