import { useTranslation } from 'react-i18next';
import { api, type Ingestion } from '../../../api/client';
import { PAGE_SIZE, paged } from '../../../api/paged';
import { AppLink } from '../../../components/AppLink';
import { Details } from '../../../components/Details';
import { count } from '../../../components/format';
import { Loaded } from '../../../components/Loaded';
import { Nothing } from '../../../components/Nothing';
import { PagedTable, type Column } from '../../../components/PagedTable';
import { Panel } from '../../../components/Panel';
import { StatusLabel } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import { humanise } from '../../../i18n';
import type { TabProps } from '../TenantScreen';

/** Where a tenant's events are, and which could not be delivered. */
export function EventsTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const tenantId = tenant.tenant_id;
  const topics = api.useQuery('get', '/api/ingestion/v1/topics');
  const topic = topics.data?.items.find(({ name }) => !name.endsWith('-dlq'))?.name;
  const partition = api.useQuery('get', '/api/ingestion/v1/topics/{topic}/partition', { params: { path: { topic: topic! }, query: { tenant_id: tenantId } } }, { enabled: topic !== undefined });
  const counts = api.useQuery('get', '/api/ingestion/v1/dead-letters/count', { params: { query: { tenant_id: tenantId } } });
  const query = { tenant_id: tenantId, limit: PAGE_SIZE };
  const letters = api.useInfiniteQuery('get', '/api/ingestion/v1/dead-letters', { params: { query } }, paged);
  const losses = api.useInfiniteQuery('get', '/api/ingestion/v1/lost-events', { params: { query } }, paged);

  const letterColumns: Column<Ingestion['DeadLetter']>[] = [
    { key: 'time', title: t('tenant.events.deadAt'), cell: (letter) => <AppLink to="/dead-letters/$id" params={{ id: String(letter.id) }}><Time value={letter.dead_at} /></AppLink> },
    { key: 'reason', title: t('tenant.events.reason'), cell: (letter) => humanise(letter.reason) },
    { key: 'status', title: t('tenants.status'), cell: (letter) => <StatusLabel status={letter.status} /> },
    { key: 'origin', title: t('tenant.events.origin'), cell: (letter) => (letter.original_topic ? `${letter.original_topic} / ${letter.original_partition} / ${letter.original_offset}` : '–') },
    { key: 'error', title: t('tenant.backups.error'), cell: (letter) => letter.error ?? '' },
  ];
  const lossColumns: Column<Ingestion['LostEvents']>[] = [
    { key: 'time', title: t('tenant.events.recordedAt'), cell: (loss) => <Time value={loss.recorded_at} /> },
    { key: 'reason', title: t('tenant.events.reason'), cell: (loss) => humanise(loss.reason) },
    { key: 'count', title: t('tenant.events.offsets'), isNumber: true, cell: (loss) => (loss.offsets != null ? count(loss.offsets) : '–') },
    { key: 'range', title: t('tenant.events.range'), cell: (loss) => (loss.from_offset != null ? `${loss.topic} / ${loss.partition}: ${loss.from_offset} – ${loss.to_offset}` : loss.topic) },
  ];
  return (
    <>
      <Panel title={t('tenant.events.delivery')}>
        <Loaded query={topics} lines={2}>
          {() => (
            <Details
              items={[
                [t('tenant.events.topic'), topic ?? t('common.none')],
                [t('tenant.events.partition'), partition.data && t('tenant.events.partitionOf', { partition: partition.data.partition, count: partition.data.partition_count })],
                [t('tenant.events.deadLetters'), counts.data && count(counts.data.total)],
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title={t('tenant.events.deadLetters')}>
        <PagedTable
          isPlain
          label={t('tenant.events.deadLetters')}
          query={letters}
          columns={letterColumns}
          rowId={(letter) => String(letter.id)}
          empty={<Nothing title={t('tenant.events.noDeadLetters')} body={t('tenant.events.noDeadLettersBody')} />}
        />
      </Panel>
      <Panel title={t('tenant.events.lost')}>
        <PagedTable
          isPlain
          label={t('tenant.events.lost')}
          query={losses}
          columns={lossColumns}
          rowId={(loss) => String(loss.id)}
          empty={<Nothing title={t('tenant.events.noLost')} body={t('tenant.events.noLostBody')} />}
        />
      </Panel>
    </>
  );
}
