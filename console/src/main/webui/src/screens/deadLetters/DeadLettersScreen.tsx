import { Button, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Ingestion } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { useCan } from '../../components/Can';
import { Filters } from '../../components/Filters';
import { count, isUuid } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Tile, Tiles } from '../../components/Tiles';
import { Time } from '../../components/Time';
import { humanise, textOf } from '../../i18n';
import { DeadLetterTabs } from './DeadLetterTabs';
import { RedriveDialog } from './RedriveDialog';

type DeadLetter = Ingestion['DeadLetter'];

const STATUSES = ['waiting', 'redriven', 'parked', 'lost'];
/** What is to be done something about. */
const OPEN = ['waiting', 'parked'];
const route = getRouteApi('/dead-letters');

export const reasonText = (reason: string) => textOf(`deadLetters.reasons.${reason}`) ?? humanise(reason);

export function DeadLettersScreen() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [selected, setSelected] = useState<ReadonlyMap<string, DeadLetter>>(new Map());
  const [asked, setAsked] = useState<Ingestion['RedriveRequest']>();
  const filter = (change: Record<string, string | undefined>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const tenantId = search.tenant_id && isUuid(search.tenant_id) ? search.tenant_id : undefined;
  const counts = useQuery(api.queryOptions('get', '/api/ingestion/v1/dead-letters/count', { params: { query: { tenant_id: tenantId } } }));
  const query = api.useInfiniteQuery(
    'get',
    '/api/ingestion/v1/dead-letters',
    { params: { query: { reason: search.reason, status: search.status, tenant_id: tenantId, limit: PAGE_SIZE } } },
    paged,
  );
  const isFiltered = Object.values(search).some(Boolean);
  const open = counts.data?.counts.filter(({ status }) => OPEN.includes(status)) ?? [];
  const reasons = byReason(open);
  const columns: Column<DeadLetter>[] = [
    {
      key: 'id',
      title: t('deadLetters.id'),
      cell: ({ id }) => (
        <AppLink to="/dead-letters/$id" params={{ id: String(id) }}>
          {id}
        </AppLink>
      ),
    },
    { key: 'tenant', title: t('deadLetters.tenant'), cell: ({ tenant_id: id }) => (id ? <TenantLink id={id} /> : <span className="tn-muted">{t('deadLetters.unknownTenant')}</span>) },
    { key: 'type', title: t('deadLetters.type'), cell: ({ type }) => type ?? '–' },
    { key: 'reason', title: t('deadLetters.reason'), cell: ({ reason }) => reasonText(reason) },
    { key: 'status', title: t('deadLetters.status'), cell: ({ status }) => <StatusLabel status={status} /> },
    { key: 'redrives', title: t('deadLetters.redrives'), isNumber: true, cell: ({ redrives }) => count(redrives) },
    { key: 'when', title: t('deadLetters.when'), cell: ({ dead_at: at }) => <Time value={at} /> },
  ];
  const isRedrivable = (search.status === undefined || OPEN.includes(search.status)) && open.length > 0;
  return (
    <>
      <PageHeader
        title={t('deadLetters.title')}
        description={t('deadLetters.description')}
        actions={
          can('operator') && (
            <>
              {selected.size > 0 && (
                <Button onClick={() => setAsked({ ids: [...selected.values()].map(({ id }) => id), include_parked: true })}>{t('deadLetters.redriveSelected', { count: selected.size })}</Button>
              )}
              {selected.size === 0 && isRedrivable && (
                <Button variant="secondary" onClick={() => setAsked({ reason: search.reason, tenant_id: tenantId, include_parked: search.status === 'parked' || undefined })}>
                  {t(isFiltered ? 'deadLetters.redriveFiltered' : 'deadLetters.redriveAll')}
                </Button>
              )}
            </>
          )
        }
      />
      <PageSection hasBodyWrapper={false}>
        <DeadLetterTabs active="list" />
        {reasons.length > 0 && (
          <Tiles>
            {reasons.map(([reason, number]) => (
              <Tile
                key={reason}
                label={reasonText(reason)}
                value={count(number)}
                note={textOf(`deadLetters.advice.${reason}`)}
                tone="warning"
                isPressed={search.reason === reason}
                onPress={() => filter({ reason: search.reason === reason ? undefined : reason })}
              />
            ))}
          </Tiles>
        )}
        <Filters
          values={search}
          onChange={filter}
          filters={[
            { key: 'status', label: t('deadLetters.status'), kind: 'choice', options: STATUSES },
            { key: 'reason', label: t('deadLetters.reason'), kind: 'choice', options: [...new Set([...reasons.map(([reason]) => reason), ...(search.reason ? [search.reason] : [])])], text: reasonText },
            { key: 'tenant_id', label: t('deadLetters.tenantId'), kind: 'text' },
          ]}
        />
        <PagedTable
          label={t('deadLetters.title')}
          query={query}
          columns={columns}
          rowId={({ id }) => String(id)}
          selection={can('operator') ? { selected, onChange: setSelected } : undefined}
          empty={isFiltered ? <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} /> : <Nothing title={t('deadLetters.empty')} body={t('deadLetters.emptyBody')} />}
        />
      </PageSection>
      {asked && (
        <RedriveDialog
          request={asked}
          onClose={() => setAsked(undefined)}
          onDone={() => setSelected(new Map())}
        />
      )}
    </>
  );
}

/** The number of dead letters by reason, whatever their status; the most frequent first. */
function byReason(counts: Ingestion['DeadLetterCount'][]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { reason, count: number } of counts) sums.set(reason, (sums.get(reason) ?? 0) + number);
  return [...sums].sort(([, a], [, b]) => b - a);
}
