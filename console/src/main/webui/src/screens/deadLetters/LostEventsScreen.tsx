import { PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api, type Ingestion } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { count, exactTime } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { DeadLetterTabs } from './DeadLetterTabs';

export function LostEventsScreen() {
  const { t } = useTranslation();
  const query = api.useInfiniteQuery('get', '/api/ingestion/v1/lost-events', { params: { query: { limit: PAGE_SIZE } } }, paged);
  const columns: Column<Ingestion['LostEvents']>[] = [
    { key: 'when', title: t('deadLetters.lost.when'), cell: ({ recorded_at: at }) => <Time value={at} /> },
    { key: 'reason', title: t('deadLetters.lost.reason'), cell: ({ reason }) => t(`deadLetters.lost.reasons.${reason}`) },
    { key: 'tenant', title: t('deadLetters.lost.tenant'), cell: ({ tenant_id: id }) => (id ? <TenantLink id={id} /> : t('deadLetters.lost.all')) },
    { key: 'partition', title: t('deadLetters.lost.partition'), isNumber: true, cell: ({ partition }) => partition ?? '–' },
    { key: 'count', title: t('deadLetters.lost.count'), isNumber: true, cell: ({ offsets }) => (offsets == null ? '–' : count(offsets)) },
    {
      key: 'from',
      title: t('deadLetters.lost.from'),
      cell: ({ from_time: from, to_time: to }) => (from && to ? t('deadLetters.lost.range', { from: exactTime(from), to: exactTime(to) }) : '–'),
    },
  ];
  return (
    <>
      <PageHeader title={t('deadLetters.title')} description={t('deadLetters.lost.description')} />
      <PageSection hasBodyWrapper={false}>
        <DeadLetterTabs active="lost" />
        <PagedTable
          label={t('deadLetters.lost.title')}
          query={query}
          columns={columns}
          rowId={({ id }) => String(id)}
          empty={<Nothing title={t('deadLetters.lost.empty')} body={t('deadLetters.lost.emptyBody')} />}
        />
      </PageSection>
    </>
  );
}
