import { PageSection } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { count, duration, shortId } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';

const route = getRouteApi('/drills');

export function DrillsScreen() {
  const { t } = useTranslation();
  const { tenant } = route.useSearch();
  const query = api.useInfiniteQuery('get', '/api/backup/v1/drills', { params: { query: { tenant_id: tenant, limit: PAGE_SIZE } } }, paged);
  const columns: Column<Backup['Drill']>[] = [
    {
      key: 'when',
      title: t('drills.when'),
      cell: ({ id, created_at: at }) => (
        <AppLink to="/drills/$drillId" params={{ drillId: id }}>
          <Time value={at} />
        </AppLink>
      ),
    },
    { key: 'tenant', title: t('drills.tenant'), cell: ({ tenant_id: id }) => <TenantLink id={id} /> },
    { key: 'status', title: t('drills.status'), cell: ({ status }) => <StatusLabel status={status} /> },
    { key: 'recovery', title: t('drills.recovery'), isNumber: true, cell: ({ recovery_ms: ms }) => (ms == null ? '–' : duration(ms)) },
    {
      key: 'rows',
      title: t('drills.rows'),
      isNumber: true,
      cell: ({ evidence }) => (evidence ? t('drills.of', { found: count(evidence.rows_found), expected: count(evidence.rows_expected) }) : '–'),
    },
    {
      key: 'backup',
      title: t('drills.backup'),
      cell: ({ backup_id: id }) => (
        <AppLink to="/backups/$backupId" params={{ backupId: id }} className="tn-mono">
          {shortId(id)}
        </AppLink>
      ),
    },
  ];
  return (
    <>
      <PageHeader title={t('drills.title')} description={t('drills.description')} />
      <PageSection hasBodyWrapper={false}>
        <PagedTable
          label={t('drills.list')}
          query={query}
          columns={columns}
          rowId={({ id }) => id}
          empty={
            <Nothing
              title={t('drills.empty')}
              body={t('drills.emptyBody')}
              action={<AppLink to="/backups">{t('drills.toBackups')}</AppLink>}
            />
          }
        />
      </PageSection>
    </>
  );
}
