import { Alert, ProgressStep, ProgressStepper, Spinner } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../api/client';
import { humanise, textOf } from '../i18n';
import { CopyText } from './CopyText';
import { bytes, count, durationBetween } from './format';
import { Loaded } from './Loaded';

type Job = Backup['Job'];

const WHILE_RUNNING_MS = 700;
const isOver = (job: Job | undefined) => job !== undefined && ['completed', 'failed', 'cancelled'].includes(job.status);

/** A job of backup-service; read again and again until it has ended. */
export function useBackupJob(id: string) {
  return api.useQuery('get', '/api/backup/v1/jobs/{job_id}', { params: { path: { job_id: id } } }, { refetchInterval: ({ state: { data } }) => (isOver(data) ? false : WHILE_RUNNING_MS) });
}

const stepName = (name: string) => textOf(`jobProgress.step.${name}`) ?? humanise(name);

const amount = (value: number, unit: string) => (unit === 'bytes' ? bytes(value) : `${count(value)} ${unit}`);

interface JobProgressProps {
  jobId: string;
  /** The steps that are known beforehand; those of the job are shown if omitted. */
  planned?: string[];
}

/** The steps of a job as they happen, how far it is, and why it failed. */
export function JobProgress({ jobId, planned = [] }: JobProgressProps) {
  const { t } = useTranslation();
  return (
    <Loaded query={useBackupJob(jobId)} lines={3}>
      {(job) => {
        const done = new Map(job.steps.map((step) => [step.name, step]));
        const names = [...planned, ...job.steps.map(({ name }) => name).filter((name) => !planned.includes(name))];
        const { progress, error } = job;
        return (
          <>
            {names.length > 0 && (
              <ProgressStepper isVertical aria-label={t('jobProgress.steps')} className="tn-steps">
                {names.map((name) => {
                  const step = done.get(name);
                  const isCurrent = step?.status === 'running';
                  return (
                    <ProgressStep
                      key={name}
                      id={`${jobId}-${name}`}
                      titleId={`${jobId}-${name}-title`}
                      variant={!step ? 'pending' : isCurrent ? 'info' : step.status === 'completed' ? 'success' : step.status === 'failed' ? 'danger' : 'pending'}
                      icon={isCurrent ? <Spinner size="md" aria-hidden="true" /> : undefined}
                      isCurrent={isCurrent}
                      aria-label={`${stepName(name)}: ${step ? step.status : 'pending'}`}
                      description={durationBetween(step?.started_at, step?.finished_at)}
                    >
                      {stepName(name)}
                    </ProgressStep>
                  );
                })}
              </ProgressStepper>
            )}
            {progress && job.status === 'running' && (
              <p className="tn-muted" aria-live="polite">
                {progress.total == null
                  ? amount(progress.done, progress.unit)
                  : t('jobProgress.progressOf', { done: amount(progress.done, progress.unit), total: amount(progress.total, progress.unit), percent: progress.percent ?? 0 })}
              </p>
            )}
            {error && (
              <Alert isInline variant={job.status === 'failed' ? 'danger' : 'warning'} title={error.message}>
                {job.status !== 'failed' && <p>{t('jobProgress.retried', { attempts: job.attempts })}</p>}
                <CopyText value={error.code} />
              </Alert>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
