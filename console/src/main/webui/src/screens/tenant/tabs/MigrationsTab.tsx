import { Alert, Button, Checkbox } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../../api/client';
import { PAGE_SIZE, paged } from '../../../api/paged';
import { showToast } from '../../../app/toasts';
import { Can } from '../../../components/Can';
import { CopyId } from '../../../components/CopyText';
import { FormDialog, STAY_OPEN } from '../../../components/FormDialog';
import { durationBetween, shortVersion } from '../../../components/format';
import { Loaded } from '../../../components/Loaded';
import { Nothing } from '../../../components/Nothing';
import { PagedTable, type Column } from '../../../components/PagedTable';
import { Panel } from '../../../components/Panel';
import { StatusLabel, statusText } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import type { TabProps } from '../TenantScreen';

/** A tenant's changes to other blueprint versions, and whether its schema is as its version says. */
export function MigrationsTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const [isMigrating, setMigrating] = useState(false);
  const path = { tenant_id: tenant.tenant_id };
  const migrations = api.useInfiniteQuery('get', '/api/backup/v1/tenants/{tenant_id}/migrations', { params: { path, query: { limit: PAGE_SIZE } } }, paged);
  const versions = api.useQuery('get', '/api/tenant/v1/blueprints/{name}', { params: { path: { name: tenant.blueprint } } });
  const isCurrent = versions.data?.version === tenant.blueprint_version;

  const columns: Column<Backup['Migration']>[] = [
    { key: 'created', title: t('tenant.restores.requested'), cell: (migration) => <Time value={migration.created_at} /> },
    { key: 'id', title: t('tenants.id'), cell: (migration) => <CopyId id={migration.id} /> },
    { key: 'direction', title: t('tenant.migrations.direction'), cell: (migration) => statusText(migration.direction) },
    {
      key: 'versions',
      title: t('tenant.migrations.versions'),
      cell: (migration) => <code className="tn-mono">{`${shortVersion(migration.from_version)} → ${shortVersion(migration.to_version)}`}</code>,
    },
    { key: 'status', title: t('tenants.status'), cell: (migration) => <StatusLabel status={migration.status} /> },
    { key: 'duration', title: t('tenant.backups.duration'), isNumber: true, cell: (migration) => durationBetween(migration.started_at, migration.finished_at) ?? '–' },
    { key: 'error', title: t('tenant.backups.error'), cell: (migration) => migration.error?.message ?? '' },
  ];
  const button = (
    <Can role="operator">
      <Button variant="secondary" isDisabled={tenant.status !== 'active' && tenant.status !== 'suspended'} onClick={() => setMigrating(true)}>
        {t('tenant.migrations.start')}
      </Button>
    </Can>
  );
  return (
    <>
      {versions.data && (
        <Alert isInline variant={isCurrent ? 'success' : 'info'} title={t(isCurrent ? 'tenant.migrations.current' : 'tenant.migrations.behind', { version: shortVersion(versions.data.version) })} />
      )}
      <Panel title={t('tenant.tab.migrations')} actions={!isCurrent && button}>
        <PagedTable
          isPlain
          label={t('tenant.tab.migrations')}
          query={migrations}
          columns={columns}
          rowId={(migration) => migration.id}
          empty={<Nothing title={t('tenant.migrations.none')} body={t(isCurrent ? 'tenant.migrations.noneCurrent' : 'tenant.migrations.noneBehind')} />}
        />
      </Panel>
      <DriftPanel tenant={tenant} />
      {isMigrating && <MigrateDialog tenant={tenant} onClose={() => setMigrating(false)} />}
    </>
  );
}

/** Shows the scripts that will run before they run. */
function MigrateDialog({ tenant, onClose }: TabProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [plan, setPlan] = useState<Backup['MigrationPlan']>();
  const [backupFirst, setBackupFirst] = useState(true);
  const params = { path: { tenant_id: tenant.tenant_id } };

  async function submit() {
    if (!plan) {
      const { data } = await http.POST('/api/backup/v1/tenants/{tenant_id}/migrations', { params, body: { dry_run: true } });
      setPlan(data as Backup['MigrationPlan']);
      return STAY_OPEN;
    }
    await http.POST('/api/backup/v1/tenants/{tenant_id}/migrations', { params, body: { backup_first: backupFirst, target_version: plan.to_version } });
    await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/migrations') });
    showToast('info', t('tenant.migrations.started'));
    return undefined;
  }

  return (
    <FormDialog
      variant="medium"
      title={t('tenant.migrations.dialog', { name: tenant.name })}
      description={t('tenant.migrations.dialogBody')}
      submit={t(plan ? 'tenant.migrations.confirm' : 'tenant.migrations.plan')}
      onSubmit={submit}
      onClose={onClose}
    >
      {plan && (
        <>
          <p>
            <code className="tn-mono">{`${shortVersion(plan.from_version)} → ${shortVersion(plan.to_version)}`}</code>
          </p>
          <ol className="tn-lost">
            {plan.steps.map(({ script, transactional }) => (
              <li key={script}>
                <code className="tn-mono">{script}</code> {!transactional && <span className="tn-muted">{t('tenant.migrations.notTransactional')}</span>}
              </li>
            ))}
          </ol>
          <Checkbox id="backup-first" label={t('tenant.migrations.backupFirst')} isChecked={backupFirst} onChange={(_, checked) => setBackupFirst(checked)} />
        </>
      )}
    </FormDialog>
  );
}

function DriftPanel({ tenant }: TabProps) {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  // It is compared on request only: that reads the tenant's whole catalog.
  const drift = api.useQuery('get', '/api/backup/v1/tenants/{tenant_id}/drift', { params: { path: { tenant_id: tenant.tenant_id } } }, { enabled: isAsked, refetchInterval: false, staleTime: Infinity });
  return (
    <Panel
      title={t('tenant.drift.title')}
      actions={
        <Button variant="secondary" isLoading={drift.isFetching} isDisabled={drift.isFetching} onClick={() => (isAsked ? void drift.refetch() : setAsked(true))}>
          {t('tenant.drift.check')}
        </Button>
      }
    >
      {isAsked ? (
        <Loaded query={drift} lines={3}>
          {(report) => (
            <div className="tn-stack">
              <Alert isInline variant={report.drifted ? 'warning' : 'success'} title={t(report.drifted ? 'tenant.drift.found' : 'tenant.drift.equal', { count: report.differences.length })}>
                {t('tenant.drift.checked')} <Time value={report.checked_at} />
              </Alert>
              {report.differences.map((difference) => (
                <div key={`${difference.kind} ${difference.name}`} className="tn-difference">
                  <span>
                    <StatusLabel status={difference.change} /> {difference.kind} <code className="tn-mono">{difference.name}</code>
                  </span>
                  {difference.expected && <pre className="tn-code tn-code--removed">{difference.expected}</pre>}
                  {difference.actual && <pre className="tn-code tn-code--added">{difference.actual}</pre>}
                </div>
              ))}
            </div>
          )}
        </Loaded>
      ) : (
        <p className="tn-muted">{t('tenant.drift.explanation')}</p>
      )}
    </Panel>
  );
}
