import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../../../api/client';
import { PAGE_SIZE, paged } from '../../../api/paged';
import { AppLink } from '../../../components/AppLink';
import { Can } from '../../../components/Can';
import { CopyId } from '../../../components/CopyText';
import { count, duration } from '../../../components/format';
import { Nothing } from '../../../components/Nothing';
import { PagedTable, type Column } from '../../../components/PagedTable';
import { Panel } from '../../../components/Panel';
import { StatusLabel } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import type { TabProps } from '../TenantScreen';

/** A tenant's restores and drills. */
export function RestoresTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const query = { tenant_id: tenant.tenant_id, limit: PAGE_SIZE };
  const restores = api.useInfiniteQuery('get', '/api/backup/v1/restores', { params: { query } }, paged);
  const drills = api.useInfiniteQuery('get', '/api/backup/v1/drills', { params: { query } }, paged);

  const restoreColumns: Column<Backup['Restore']>[] = [
    { key: 'created', title: t('tenant.restores.requested'), cell: (restore) => <AppLink to="/restores/$restoreId" params={{ restoreId: restore.id }}><Time value={restore.created_at} /></AppLink> },
    { key: 'id', title: t('tenants.id'), cell: (restore) => <CopyId id={restore.id} /> },
    { key: 'backup', title: t('tenant.restores.backup'), cell: (restore) => <CopyId id={restore.backup_id} /> },
    { key: 'status', title: t('tenants.status'), cell: (restore) => <StatusLabel status={restore.status} /> },
    { key: 'rows', title: t('tenant.restores.rows'), isNumber: true, cell: (restore) => (restore.rows != null ? count(restore.rows) : '–') },
    { key: 'downtime', title: t('tenant.restores.downtime'), isNumber: true, cell: (restore) => (restore.downtime_ms != null ? duration(restore.downtime_ms) : '–') },
    { key: 'undo', title: t('tenant.restores.undo'), cell: (restore) => (restore.former && !restore.former.dropped_at && !restore.undone_at ? <Time value={restore.former.expires_at} /> : '–') },
    { key: 'error', title: t('tenant.backups.error'), cell: (restore) => restore.error_message ?? '' },
  ];
  const drillColumns: Column<Backup['Drill']>[] = [
    { key: 'created', title: t('tenant.restores.requested'), cell: (drill) => <AppLink to="/drills/$drillId" params={{ drillId: drill.id }}><Time value={drill.created_at} /></AppLink> },
    { key: 'id', title: t('tenants.id'), cell: (drill) => <CopyId id={drill.id} /> },
    { key: 'backup', title: t('tenant.restores.backup'), cell: (drill) => <CopyId id={drill.backup_id} /> },
    { key: 'status', title: t('tenants.status'), cell: (drill) => <StatusLabel status={drill.status} /> },
    { key: 'rows', title: t('tenant.restores.rows'), isNumber: true, cell: (drill) => (drill.evidence ? `${count(drill.evidence.rows_found)} / ${count(drill.evidence.rows_expected)}` : '–') },
    { key: 'time', title: t('tenant.restores.recovery'), isNumber: true, cell: (drill) => (drill.recovery_ms != null ? duration(drill.recovery_ms) : '–') },
    { key: 'error', title: t('tenant.backups.error'), cell: (drill) => drill.error_message ?? '' },
  ];
  const start = (
    <Can role="operator">
      <Button variant="secondary" component={(props) => <AppLink to="/restores/new" search={{ tenant: tenant.tenant_id }} {...props} />}>
        {t('tenant.restores.start')}
      </Button>
    </Can>
  );
  return (
    <>
      <Panel title={t('tenant.tab.restores')} actions={start}>
        <PagedTable
          isPlain
          label={t('tenant.tab.restores')}
          query={restores}
          columns={restoreColumns}
          rowId={(restore) => restore.id}
          empty={<Nothing title={t('tenant.restores.none')} body={t('tenant.restores.noneBody')} />}
        />
      </Panel>
      <Panel title={t('tenant.restores.drills')}>
        <PagedTable
          isPlain
          label={t('tenant.restores.drills')}
          query={drills}
          columns={drillColumns}
          rowId={(drill) => drill.id}
          empty={<Nothing title={t('tenant.restores.noDrills')} body={t('tenant.restores.noDrillsBody')} />}
        />
      </Panel>
    </>
  );
}
