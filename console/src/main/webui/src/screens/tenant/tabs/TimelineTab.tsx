import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api } from '../../../api/client';
import { FailureAlert } from '../../../components/Failure';
import { Nothing } from '../../../components/Nothing';
import { Panel } from '../../../components/Panel';
import { StatusLabel } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import { exactTime, shortVersion } from '../../../components/format';
import { humanise } from '../../../i18n';
import { actionText } from '../../audit/actions';
import { jobType } from '../../jobs/type';
import type { TabProps } from '../TenantScreen';
import { mergeTimeline, type Entry, type Source } from '../timeline';

const LIMIT = '200';

/** What happened to a tenant, from all services, in one list. If a service does not answer, the rest is shown. */
export function TimelineTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const path = { tenant_id: tenant.tenant_id };
  const query = { ...path, limit: LIMIT };
  const audit = api.useQuery('get', '/api/tenant/v1/audit', { params: { query } });
  const jobs = api.useQuery('get', '/api/tenant/v1/jobs', { params: { query } });
  const backups = api.useQuery('get', '/api/backup/v1/tenants/{tenant_id}/backups', { params: { path, query: { limit: LIMIT } } });
  const restores = api.useQuery('get', '/api/backup/v1/restores', { params: { query } });
  const drills = api.useQuery('get', '/api/backup/v1/drills', { params: { query } });
  const migrations = api.useQuery('get', '/api/backup/v1/tenants/{tenant_id}/migrations', { params: { path, query: { limit: LIMIT } } });

  const source = <Row,>(page: { items: Row[]; next?: string | null } | undefined, entry: (row: Row) => Entry): Source => ({
    entries: (page?.items ?? []).map(entry),
    hasMore: page?.next != null,
  });
  const { entries, isComplete } = mergeTimeline([
    source(audit.data, (record) => ({ id: `audit ${record.position}`, at: record.occurred_at, kind: 'audit', what: actionText(record.action) ?? record.action, status: record.outcome, actor: record.actor, detail: record.code ?? undefined })),
    source(jobs.data, (job) => ({ id: job.id, at: job.finished_at ?? job.created_at, kind: 'job', what: jobType(job.type), status: job.status, detail: job.error?.message })),
    source(backups.data, (backup) => ({ id: backup.id, at: backup.completed_at ?? backup.requested_at, kind: 'backup', what: humanise(backup.kind), status: backup.status, detail: backup.error_message ?? undefined })),
    source(restores.data, (restore) => ({ id: restore.id, at: restore.undone_at ?? restore.completed_at ?? restore.created_at, kind: 'restore', what: t('tenant.timeline.restore'), status: restore.status, detail: restore.error_message ?? undefined })),
    source(drills.data, (drill) => ({ id: drill.id, at: drill.completed_at ?? drill.created_at, kind: 'drill', what: t('tenant.timeline.drill'), status: drill.status, detail: drill.error_message ?? undefined })),
    source(migrations.data, (migration) => ({
      id: migration.id,
      at: migration.finished_at ?? migration.started_at ?? migration.created_at,
      kind: 'migration',
      what: `${shortVersion(migration.from_version)} → ${shortVersion(migration.to_version)}`,
      status: migration.status,
      detail: migration.error?.message,
    })),
  ]);
  const failed = [audit, jobs, backups, restores, drills, migrations].find(({ error }) => error != null);
  const isLoading = [audit, jobs, backups, restores, drills, migrations].some(({ isPending, error }) => isPending && error == null);

  return (
    <Panel title={t('tenant.tab.timeline')}>
      <div className="tn-stack">
        {failed && <FailureAlert error={failed.error} onRetry={() => void failed.refetch()} />}
        {entries.length === 0 && !isLoading && <Nothing title={t('tenant.timeline.none')} body={t('tenant.timeline.noneBody')} />}
        <ol className="tn-timeline" aria-busy={isLoading}>
          {entries.map((entry) => (
            <li key={entry.id} title={exactTime(entry.at)}>
              <span className="tn-timeline__time">
                <Time value={entry.at} />
              </span>
              <span className="tn-timeline__what">
                <Label isCompact variant="outline">
                  {t(`tenant.timeline.kind.${entry.kind}`)}
                </Label>{' '}
                <span>{entry.what}</span> {entry.actor && <span className="tn-muted">{t('tenant.timeline.by', { actor: entry.actor })}</span>}
                {entry.detail && <span className="tn-timeline__detail">{entry.detail}</span>}
              </span>
              <StatusLabel status={entry.status} />
            </li>
          ))}
        </ol>
        {!isComplete && <p className="tn-hint">{t('tenant.timeline.older')}</p>}
      </div>
    </Panel>
  );
}
