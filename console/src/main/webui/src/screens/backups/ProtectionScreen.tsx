import { Alert, Button, PageSection } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { showToast } from '../../app/toasts';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { explain } from '../../components/Failure';
import { Filters } from '../../components/Filters';
import { bytes, count, duration, exactTime } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Tile, Tiles } from '../../components/Tiles';
import { Time } from '../../components/Time';
import { BackupTabs } from './BackupTabs';

type Protection = Backup['TenantProtection'];
type State = Protection['status'];

const STATES: State[] = ['no_backup', 'backup_failed', 'drill_failed', 'not_drilled', 'good'];
const TONES: Record<State, 'danger' | 'warning' | 'success'> = { no_backup: 'danger', backup_failed: 'danger', drill_failed: 'danger', not_drilled: 'warning', good: 'success' };

const route = getRouteApi('/backups');

export function ProtectionScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (change: Record<string, string | undefined>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const query = api.useInfiniteQuery('get', '/api/backup/v1/protection', { params: { query: { ...search, limit: PAGE_SIZE } } }, paged);
  const isFiltered = Object.values(search).some(Boolean);
  const columns: Column<Protection>[] = [
    { key: 'name', title: t('backups.name'), cell: ({ tenant_id: id, name }) => <TenantLink id={id} name={name} /> },
    { key: 'status', title: t('backups.status'), cell: ({ status }) => <StatusLabel status={status} /> },
    {
      key: 'backup',
      title: t('backups.lastGood'),
      cell: ({ backup, failure }) => (
        <>
          {backup ? (
            <AppLink to="/backups/$backupId" params={{ backupId: backup.id }}>
              <Time value={backup.completed_at} />
            </AppLink>
          ) : (
            <span className="tn-muted">{t('backups.none')}</span>
          )}
          {failure && (
            <span className="tn-cell-note">
              <AppLink to="/backups/$backupId" params={{ backupId: failure.id }}>
                {t('backups.newestFailed')}
              </AppLink>
            </span>
          )}
        </>
      ),
    },
    { key: 'size', title: t('backups.size'), isNumber: true, cell: ({ backup }) => (backup ? bytes(backup.bytes) : '–') },
    {
      key: 'recovery',
      title: t('backups.recovery'),
      isNumber: true,
      cell: ({ drill }) =>
        drill ? (
          <AppLink to="/drills/$drillId" params={{ drillId: drill.id }} title={exactTime(drill.completed_at)}>
            {drill.passed && drill.recovery_ms != null ? duration(drill.recovery_ms) : t('backups.failedDrill')}
          </AppLink>
        ) : (
          <span className="tn-muted">{t('backups.notMeasured')}</span>
        ),
    },
    { key: 'due', title: t('backups.due'), cell: ({ next_due_at: due }) => <Time value={due} /> },
    { key: 'actions', title: '', cell: (protection) => <RowActions protection={protection} /> },
  ];
  return (
    <>
      <PageHeader title={t('backups.title')} description={t('backups.description')} />
      <PageSection hasBodyWrapper={false}>
        <BackupTabs active="protection" />
        <StoreProblems />
        <Summary chosen={search.status} onChoose={(status) => filter({ status })} />
        <Filters
          values={search}
          onChange={filter}
          filters={[
            { key: 'name', label: t('backups.name'), kind: 'text' },
            { key: 'status', label: t('backups.status'), kind: 'choice', options: STATES },
          ]}
        />
        <PagedTable
          label={t('backups.title')}
          query={query}
          columns={columns}
          rowId={({ tenant_id: id }) => id}
          empty={isFiltered ? <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} /> : <Nothing title={t('backups.empty')} body={t('backups.emptyBody')} />}
        />
      </PageSection>
    </>
  );
}

/** Tenants by whether their data could be restored. A tile filters the list. */
function Summary({ chosen, onChoose }: { chosen?: string; onChoose: (status: State | undefined) => void }) {
  const { t } = useTranslation();
  const summary = useQuery(api.queryOptions('get', '/api/backup/v1/protection/summary'));
  return (
    <Loaded query={summary} lines={3}>
      {(data) => (
        <Tiles>
          {STATES.map((state) => (
            <Tile
              key={state}
              label={t(`status.${state}`)}
              value={count(data[state])}
              note={t(`backups.tile.${state}`)}
              tone={data[state] > 0 ? TONES[state] : undefined}
              isPressed={chosen === state}
              onPress={() => onChoose(chosen === state ? undefined : state)}
            />
          ))}
          <Tile label={t('backups.tile.slowest')} value={data.slowest_recovery_ms == null ? '–' : duration(data.slowest_recovery_ms)} note={t('backups.tile.measured')} />
        </Tiles>
      )}
    </Loaded>
  );
}

/** Stores that are not ready for backups, with what to do. */
function StoreProblems() {
  const { t } = useTranslation();
  const { data } = useQuery(api.queryOptions('get', '/api/backup/v1/stores'));
  return data?.items
    .filter(({ state }) => state !== 'ours')
    .map(({ name, state, advice, location }) => (
      <Alert key={name} isInline variant={state === 'unavailable' ? 'danger' : 'warning'} title={t('backups.stores.problem', { name })} className="tn-gap">
        <p>
          <StatusLabel status={state} /> <code className="tn-mono">{location}</code>
        </p>
        <p>{advice}</p>
      </Alert>
    ));
}

function RowActions({ protection: { tenant_id: id, name, backup } }: { protection: Protection }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);

  async function backUp() {
    setBusy(true);
    try {
      await http.POST('/api/backup/v1/tenants/{tenant_id}/backups', { params: { path: { tenant_id: id } }, body: {} });
      showToast('success', t('backups.started', { name }));
      await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/backups') || String(path).includes('/protection') });
    } catch (error) {
      const { title, detail, advice } = explain(error);
      showToast('danger', title, detail ?? advice);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Can role="operator">
      <span className="tn-row-actions">
        <Button variant="link" isInline isDisabled={isBusy} aria-label={t('backups.backUpNow', { name })} onClick={() => void backUp()}>
          {t('backups.backUp')}
        </Button>
        {backup && (
          <AppLink to="/restores/new" search={{ tenant: id, backup: backup.id }} aria-label={t('backups.restoreName', { name })}>
            {t('backups.restore')}
          </AppLink>
        )}
      </span>
    </Can>
  );
}
