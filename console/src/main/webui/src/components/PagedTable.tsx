import { Checkbox, Spinner } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr, type ThProps } from '@patternfly/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useId, useMemo, useRef, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureAlert, FailureState } from './Failure';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  width?: ThProps['width'];
  /** Numbers are aligned to the right. */
  isNumber?: boolean;
}

export interface Selection<Row> {
  selected: ReadonlyMap<string, Row>;
  onChange: (selected: ReadonlyMap<string, Row>) => void;
}

type Page<Row> = { items: Row[]; next?: string | null };

interface PagedTableProps<Row> {
  label: string;
  /** Of `api.useInfiniteQuery(…, paged)`, or `onePage(…)` of a list without pages. */
  query: {
    data?: { pages: Page<Row>[] };
    error: unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isPlaceholderData: boolean;
    fetchNextPage: () => Promise<unknown>;
    refetch: () => Promise<unknown>;
  };
  columns: Column<Row>[];
  rowId: (row: Row) => string;
  /** What to show if there are no rows. */
  empty: ReactNode;
  selection?: Selection<Row>;
  rowLabel?: (row: Row) => string;
  /** Shows the table as high as its rows, for a short list within a page. */
  isPlain?: boolean;
}

const ROW_HEIGHT = 45;
const AHEAD = 15;

/** The list of a server, read page by page as the user scrolls. Only the visible rows are in the document. */
export function PagedTable<Row>({ label, query, columns, rowId, empty, selection, rowLabel, isPlain = false }: PagedTableProps<Row>) {
  const { t } = useTranslation();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rowId(rows[index]!),
    overscan: AHEAD,
  });
  const visible = virtualizer.getVirtualItems();
  const last = visible.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && error == null && last >= rows.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, last, rows.length, fetchNextPage]);

  const select = useCallback(
    (chosen: Row[], isSelected: boolean) => {
      const next = new Map(selection!.selected);
      for (const row of chosen) {
        if (isSelected) next.set(rowId(row), row);
        else next.delete(rowId(row));
      }
      selection!.onChange(next);
    },
    [selection, rowId],
  );

  if (!data) {
    return error != null ? <FailureState error={error} onRetry={() => void query.refetch()} /> : <TablePlaceholder columns={columns} label={t('common.loading')} />;
  }
  if (rows.length === 0) return <>{empty}</>;

  const before = visible[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (visible.at(-1)?.end ?? 0);
  const areAllSelected = selection !== undefined && rows.every((row) => selection.selected.has(rowId(row)));
  const width = columns.length + (selection ? 1 : 0);

  return (
    <>
      {error != null && <FailureAlert error={error} onRetry={() => void query.refetch()} />}
      <div ref={scroller} className={isPlain ? 'tn-table tn-table--plain' : 'tn-table'} data-stale={query.isPlaceholderData || undefined} tabIndex={0} role="region" aria-label={label}>
        <Table variant="compact" isStickyHeader aria-label={label} aria-rowcount={hasNextPage ? -1 : rows.length + 1} gridBreakPoint="grid-md">
          <Thead>
            <Tr aria-rowindex={1}>
              {selection && (
                <Th className="pf-v6-c-table__check" screenReaderText={t('table.selectAll')}>
                  <Checkbox id={`${id}-all`} aria-label={t('table.selectAll')} isChecked={areAllSelected} onChange={(_, isSelected) => select(rows, isSelected)} />
                </Th>
              )}
              {columns.map(({ key, title, width, isNumber }) => (
                <Th key={key} width={width} modifier="nowrap" className={isNumber ? 'tn-number' : undefined} screenReaderText={title === '' ? t('common.actions') : undefined}>
                  {title}
                </Th>
              ))}
            </Tr>
          </Thead>
          <Tbody>
            {before > 0 && <SpacerRow height={before} width={width} />}
            {visible.map(({ index, key }) => {
              const row = rows[index]!;
              return (
                <BodyRow<Row>
                  key={key}
                  measure={virtualizer.measureElement}
                  index={index}
                  row={row}
                  columns={columns}
                  checkboxId={`${id}-${rowId(row)}`}
                  label={rowLabel?.(row) ?? rowId(row)}
                  isSelected={selection?.selected.has(rowId(row))}
                  onSelect={select}
                />
              );
            })}
            {after > 0 && <SpacerRow height={after} width={width} />}
          </Tbody>
        </Table>
        {isFetchingNextPage && (
          <div className="tn-table__more">
            <Spinner size="md" aria-label={t('common.loading')} />
          </div>
        )}
      </div>
      <p className="tn-table__count" aria-live="polite">
        {t(hasNextPage ? 'table.loaded' : 'table.all', { count: rows.length })}
      </p>
    </>
  );
}

interface BodyRowProps<Row> {
  measure: Ref<HTMLTableRowElement>;
  index: number;
  row: Row;
  columns: Column<Row>[];
  checkboxId: string;
  label: string;
  /** Undefined if rows cannot be selected. */
  isSelected?: boolean;
  onSelect: (rows: Row[], isSelected: boolean) => void;
}

/** One row. Scrolling renders those that come into sight, and not the others again. */
const BodyRow = memo(function BodyRow<Row>({ measure, index, row, columns, checkboxId, label, isSelected, onSelect }: BodyRowProps<Row>) {
  const { t } = useTranslation();
  return (
    <Tr ref={measure} data-index={index} aria-rowindex={index + 2} isRowSelected={isSelected}>
      {isSelected !== undefined && (
        <Td className="pf-v6-c-table__check">
          <Checkbox id={checkboxId} aria-label={t('table.select', { name: label })} isChecked={isSelected} onChange={(_, isChosen) => onSelect([row], isChosen)} />
        </Td>
      )}
      {columns.map(({ key, title, cell, isNumber }) => (
        <Td key={key} dataLabel={title} isActionCell={title === ''} className={isNumber ? 'tn-number' : undefined}>
          {cell(row)}
        </Td>
      ))}
    </Tr>
  );
}) as <Row>(props: BodyRowProps<Row>) => ReactNode;

const SpacerRow = ({ height, width }: { height: number; width: number }) => (
  <tr aria-hidden="true" className="tn-table__spacer">
    <td colSpan={width} style={{ height }} />
  </tr>
);

function TablePlaceholder<Row>({ columns, label }: { columns: Column<Row>[]; label: string }) {
  return (
    <div className="tn-table" aria-busy="true">
      <Table variant="compact" aria-label={label}>
        <Thead>
          <Tr>
            {columns.map(({ key, title, width }) => (
              <Th key={key} width={width} modifier="nowrap" screenReaderText={title === '' ? label : undefined}>
                {title}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {Array.from({ length: 8 }, (_, row) => (
            <Tr key={row}>
              {columns.map(({ key }, column) => (
                <Td key={key}>
                  <span className="tn-placeholder" style={{ width: `${40 + ((row * 13 + column * 29) % 45)}%` }} />
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}
