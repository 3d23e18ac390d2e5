import { PageSection } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { count, duration } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { isUndoable } from './undo';

const route = getRouteApi('/restores');

export function RestoresScreen() {
  const { t } = useTranslation();
  const { tenant } = route.useSearch();
  const query = api.useInfiniteQuery('get', '/api/backup/v1/restores', { params: { query: { tenant_id: tenant, limit: PAGE_SIZE } } }, paged);
  const columns: Column<Backup['Restore']>[] = [
    {
      key: 'when',
      title: t('restores.when'),
      cell: ({ id, created_at: at }) => (
        <AppLink to="/restores/$restoreId" params={{ restoreId: id }}>
          <Time value={at} />
        </AppLink>
      ),
    },
    { key: 'tenant', title: t('restores.tenant'), cell: ({ tenant_id: id }) => <TenantLink id={id} /> },
    { key: 'status', title: t('restores.status'), cell: ({ status }) => <StatusLabel status={status} /> },
    { key: 'rows', title: t('restores.rows'), isNumber: true, cell: ({ rows }) => (rows == null ? '–' : count(rows)) },
    { key: 'downtime', title: t('restores.downtime'), isNumber: true, cell: ({ downtime_ms: ms }) => (ms == null ? '–' : duration(ms)) },
    { key: 'recovery', title: t('restores.recovery'), isNumber: true, cell: ({ recovery_ms: ms }) => (ms == null ? '–' : duration(ms)) },
    {
      key: 'undo',
      title: t('restores.undoable'),
      cell: (restore) =>
        isUndoable(restore, Date.now()) ? (
          <span>
            {t('restores.until')} <Time value={restore.former!.expires_at} />
          </span>
        ) : (
          <span className="tn-muted">{t('restores.no')}</span>
        ),
    },
  ];
  const start = (
    <Can role="operator">
      <AppLink to="/restores/new" search={{ tenant }} className="pf-v6-c-button pf-m-primary">
        {t('restores.start')}
      </AppLink>
    </Can>
  );
  return (
    <>
      <PageHeader title={t('restores.title')} description={t('restores.description')} actions={start} />
      <PageSection hasBodyWrapper={false}>
        <PagedTable
          label={t('restores.list')}
          query={query}
          columns={columns}
          rowId={({ id }) => id}
          empty={<Nothing title={t('restores.empty')} body={t('restores.emptyBody')} action={start} />}
        />
      </PageSection>
    </>
  );
}
