import { Alert, Button, PageSection, Progress } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http } from '../../api/client';
import { Can } from '../../components/Can';
import { CopyText } from '../../components/CopyText';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Details } from '../../components/Details';
import { count, durationBetween } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { humanise } from '../../i18n';
import { jobType } from './type';

const route = getRouteApi('/jobs/$service/$jobId');
const RUNNING_MS = 1_500;

/** One job: its steps, progress, result or error. */
export function JobScreen() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { service, jobId } = route.useParams();
  const [isCancelling, setCancelling] = useState(false);
  const params = { path: { job_id: jobId } };
  const refetchInterval = ({ state }: { state: { data?: { status: string } } }) => (['pending', 'running'].includes(state.data?.status ?? '') ? RUNNING_MS : 60_000);
  const ofTenants = api.useQuery('get', '/api/tenant/v1/jobs/{job_id}', { params }, { enabled: service !== 'backup', refetchInterval });
  const ofBackups = api.useQuery('get', '/api/backup/v1/jobs/{job_id}', { params }, { enabled: service === 'backup', refetchInterval });
  const query = service === 'backup' ? ofBackups : ofTenants;

  return (
    <Loaded query={query} lines={8} header={<PageHeader title={t('jobs.details')} parents={[{ label: t('jobs.title'), to: '/jobs' }]} description={<CopyText value={jobId} />} />}>
      {(job) => (
        <>
          <PageHeader
            title={jobType(job.type)}
            parents={[{ label: t('jobs.title'), to: '/jobs' }]}
            badges={<StatusLabel status={job.status} isCompact={false} />}
            description={<CopyText value={job.id} />}
            actions={
              job.status === 'pending' && (
                <Can role="operator">
                  <Button variant="secondary" isDanger onClick={() => setCancelling(true)}>
                    {t('jobs.cancel')}
                  </Button>
                </Can>
              )
            }
          />
          <PageSection hasBodyWrapper={false} className="tn-stack">
            {job.error && (
              <Alert isInline variant="danger" title={job.error.message}>
                <CopyText value={job.error.code} /> {t(job.error.retryable ? 'jobs.retryable' : 'jobs.notRetryable')}
              </Alert>
            )}
            {job.progress && (
              <Progress
                title={t('jobs.progress')}
                value={job.progress.percent ?? 0}
                label={job.progress.total != null ? `${count(job.progress.done)} / ${count(job.progress.total)} ${job.progress.unit}` : `${count(job.progress.done)} ${job.progress.unit}`}
                valueText={`${job.progress.done} ${job.progress.unit}`}
              />
            )}
            <Panel title={t('jobs.details')}>
              <Details
                columns={2}
                items={[
                  [
                    t('audit.tenant'),
                    job.tenant_id && <TenantLink id={job.tenant_id} />,
                  ],
                  [t('tenants.created'), <Time value={job.created_at} />],
                  [t('jobs.started'), job.started_at && <Time value={job.started_at} />],
                  [t('jobs.finished'), job.finished_at && <Time value={job.finished_at} />],
                  [t('tenant.backups.duration'), durationBetween(job.started_at, job.finished_at)],
                  [t('webhooks.attempts'), job.attempts],
                  [t('webhooks.nextAttempt'), job.next_attempt_at && <Time value={job.next_attempt_at} />],
                ]}
              />
            </Panel>
            {job.steps.length > 0 && (
              <Panel title={t('jobs.steps')}>
                <ol className="tn-timeline">
                  {job.steps.map((step) => (
                    <li key={step.name}>
                      <span className="tn-timeline__time">{durationBetween(step.started_at, step.finished_at) ?? <Time value={step.started_at} />}</span>
                      <span>
                        {humanise(step.name)} {step.attempts > 1 && <span className="tn-muted">{t('tenant.provisioning.attempts', { count: step.attempts })}</span>}
                      </span>
                      <StatusLabel status={step.status} />
                    </li>
                  ))}
                </ol>
              </Panel>
            )}
            {job.result != null && (
              <Panel title={t('jobs.result')}>
                <pre className="tn-code">{JSON.stringify(job.result, null, 2)}</pre>
              </Panel>
            )}
          </PageSection>
          {isCancelling && (
            <DestructiveDialog
              title={t('jobs.cancelTitle')}
              lost={[t('jobs.cancelEffect')]}
              confirm={t('jobs.cancel')}
              onConfirm={async () => {
                if (service === 'backup') await http.POST('/api/backup/v1/jobs/{job_id}/cancel', { params });
                else await http.POST('/api/tenant/v1/jobs/{job_id}/cancel', { params });
                await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/jobs') });
              }}
              onClose={() => setCancelling(false)}
            />
          )}
        </>
      )}
    </Loaded>
  );
}
