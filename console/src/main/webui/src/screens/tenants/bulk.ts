import { http, type Backup } from '../../api/client';
import { ApiError } from '../../api/problem';

/** What can be done to several tenants at once. */
export type BulkAction = 'suspend' | 'resume' | 'migrate';

export interface BulkOptions {
  backupFirst: boolean;
}

/** How far one tenant is. */
export type BulkState = { status: 'pending' | 'running' | 'waiting' | 'completed' } | { status: 'failed'; error: unknown };

/** How many requests are sent at the same time: enough to be quick, too few to disturb others. */
const PARALLEL = 4;

/** Calls `work` for each id, a few at a time, and reports the state of each. Ends when all have ended; a failure ends none of the others. */
export async function runEach(
  ids: readonly string[],
  work: (id: string, report: (state: BulkState) => void) => Promise<void>,
  report: (id: string, state: BulkState) => void,
): Promise<void> {
  const waiting = [...ids];
  async function worker() {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const current = id;
      report(current, { status: 'running' });
      try {
        await work(current, (state) => report(current, state));
        report(current, { status: 'completed' });
      } catch (error) {
        report(current, { status: 'failed', error });
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, ids.length) }, worker));
}

/** Performs an action on a tenant and waits until it has ended. */
export async function perform(action: BulkAction, tenantId: string, options: BulkOptions): Promise<void> {
  const path = { tenant_id: tenantId };
  if (action === 'suspend') await http.POST('/api/tenant/v1/tenants/{tenant_id}/suspend', { params: { path } });
  else if (action === 'resume') await http.POST('/api/tenant/v1/tenants/{tenant_id}/resume', { params: { path } });
  else {
    const { data } = await http.POST('/api/backup/v1/tenants/{tenant_id}/migrations', { params: { path }, body: { backup_first: options.backupFirst } });
    await jobEnd((data as Backup['Job']).id);
  }
}

const WAIT_SECONDS = '20';

async function jobEnd(jobId: string): Promise<void> {
  for (;;) {
    const { data: job } = await http.GET('/api/backup/v1/jobs/{job_id}', { params: { path: { job_id: jobId }, query: { wait: WAIT_SECONDS } } });
    if (job?.status === 'completed') return;
    if (job?.status === 'failed' || job?.status === 'cancelled') {
      throw new ApiError(500, { code: job.error?.code ?? 'JOB_CANCELLED', detail: job.error?.message, retryable: job.error?.retryable });
    }
  }
}
