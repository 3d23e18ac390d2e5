import { Alert, PageSection } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { CopyId } from '../../components/CopyText';
import { Filters } from '../../components/Filters';
import { bytes, duration } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { BackupTabs } from './BackupTabs';

const STATUSES = ['pending', 'running', 'completed', 'failed', 'expired', 'shredded'];
const route = getRouteApi('/backups/all');

export function BackupsScreen() {
  const { t } = useTranslation();
  const { status, tenant } = route.useSearch();
  const navigate = route.useNavigate();
  const query = { status, limit: PAGE_SIZE };
  const ofAll = api.useInfiniteQuery('get', '/api/backup/v1/backups', { params: { query } }, { ...paged, enabled: tenant === undefined });
  const ofTenant = api.useInfiniteQuery(
    'get',
    '/api/backup/v1/tenants/{tenant_id}/backups',
    { params: { path: { tenant_id: tenant ?? '' }, query } },
    { ...paged, enabled: tenant !== undefined },
  );
  const columns: Column<Backup['Backup']>[] = [
    { key: 'tenant', title: t('backups.name'), cell: ({ tenant_id: id, tenant_name: name }) => <TenantLink id={id} name={name} /> },
    {
      key: 'backup',
      title: t('backups.list.backup'),
      cell: ({ id, requested_at: at }) => (
        <AppLink to="/backups/$backupId" params={{ backupId: id }}>
          <Time value={at} />
        </AppLink>
      ),
    },
    { key: 'id', title: t('backups.one.id'), cell: ({ id }) => <CopyId id={id} /> },
    { key: 'kind', title: t('backups.kind'), cell: ({ kind }) => t(`backups.kinds.${kind}`) },
    { key: 'status', title: t('backups.status'), cell: ({ status }) => <StatusLabel status={status} /> },
    { key: 'size', title: t('backups.size'), isNumber: true, cell: ({ file }) => (file ? bytes(file.bytes) : '–') },
    { key: 'took', title: t('backups.list.took'), isNumber: true, cell: ({ duration_ms: ms }) => (ms == null ? '–' : duration(ms)) },
    { key: 'verified', title: t('backups.list.verified'), cell: ({ verification }) => (verification ? <StatusLabel status={verification.result} /> : '–') },
  ];
  return (
    <>
      <PageHeader title={t('backups.title')} description={t('backups.description')} />
      <PageSection hasBodyWrapper={false}>
        <BackupTabs active="all" />
        {tenant !== undefined && (
          <Alert isInline variant="info" title={t('backups.list.ofTenant')} className="tn-gap">
            <AppLink to="/backups/all" search={{ status }}>
              {t('backups.list.showAll')}
            </AppLink>
          </Alert>
        )}
        <Filters
          values={{ status }}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[{ key: 'status', label: t('backups.status'), kind: 'choice', options: STATUSES }]}
        />
        <PagedTable
          label={t('backups.list.title')}
          query={tenant === undefined ? ofAll : ofTenant}
          columns={columns}
          rowId={({ id }) => id}
          empty={
            status ? <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} /> : <Nothing title={t('backups.list.empty')} body={t('backups.list.emptyBody')} />
          }
        />
      </PageSection>
    </>
  );
}
