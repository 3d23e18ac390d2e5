import type { Backup, Ingestion, Tenant } from '../../api/client';
import { isFull, isNearlyFull } from '../clusters/room';

/** What the overview knows; a part is absent while it is loading or its service does not answer. */
export interface Fleet {
  recovery?: Tenant['Status1'];
  clusters?: Tenant['RegisteredCluster'][];
  tenantJobs?: Tenant['Job'][];
  backupJobs?: Backup['Job'][];
  migrations?: Backup['Summary'][];
  campaigns?: Backup['Campaign'][];
  stores?: Backup['StoreStatus'][];
  drills?: Backup['Drill'][];
  schedules?: Backup['ReconciliationReport'];
  deadLetters?: Ingestion['Counts'];
  topics?: Ingestion['Verification'][];
  groups?: Ingestion['ConsumerGroup'][];
}

/** Something that a person should look at. The key names its text. */
export interface Attention {
  key: 'recovery' | 'store' | 'halted' | 'failedMigrations' | 'clusterFull' | 'clusterNearlyFull' | 'failedJobs' | 'failedBackupJobs' | 'failedDrills' | 'unscheduled' | 'deadLetters' | 'lag' | 'topic' | 'drifted' | 'paused';
  severity: 'danger' | 'warning' | 'info';
  to: string;
  values: Record<string, string | number>;
}

const DAY_MS = 86_400_000;
/** A lag that is worth a look: more than a consumer has in flight in a busy moment. */
const LAG = 10_000;

/** What needs attention now, the most urgent first. */
export function attention(fleet: Fleet, now: number): Attention[] {
  const found: Attention[] = [];
  const add = (severity: Attention['severity'], key: Attention['key'], to: string, values: Attention['values'] = {}) => found.push({ severity, key, to, values });
  const isRecent = (time?: string | null) => time != null && now - Date.parse(time) < DAY_MS;
  const recentlyFailed = (jobs: Tenant['Job'][] = []) => jobs.filter((job) => job.status === 'failed' && isRecent(job.finished_at ?? job.created_at)).length;
  const sum = (field: 'failed' | 'drifted') => fleet.migrations?.reduce((total, one) => total + one[field], 0) ?? 0;

  if (fleet.recovery?.active) add('danger', 'recovery', '/about');
  for (const store of fleet.stores ?? []) {
    if (store.state !== 'ours') add('danger', 'store', '/backups', { name: store.name, advice: store.advice });
  }
  for (const campaign of fleet.campaigns ?? []) {
    if (campaign.status === 'halted') add('danger', 'halted', `/campaigns/${campaign.id}`, { blueprint: campaign.blueprint, reason: campaign.reason ?? '' });
    if (campaign.status === 'paused') add('info', 'paused', `/campaigns/${campaign.id}`, { blueprint: campaign.blueprint });
  }
  for (const cluster of fleet.clusters ?? []) {
    if (cluster.status !== 'active') continue;
    const values = { name: cluster.name, tenants: cluster.tenants, capacity: cluster.capacity };
    if (isFull(cluster)) add('danger', 'clusterFull', '/clusters', values);
    else if (isNearlyFull(cluster)) add('warning', 'clusterNearlyFull', '/clusters', values);
  }
  if (sum('failed') > 0) add('danger', 'failedMigrations', '/campaigns', { count: sum('failed') });
  if (recentlyFailed(fleet.tenantJobs) > 0) add('warning', 'failedJobs', '/jobs?status=failed', { count: recentlyFailed(fleet.tenantJobs) });
  if (recentlyFailed(fleet.backupJobs) > 0) add('warning', 'failedBackupJobs', '/jobs?service=backup&status=failed', { count: recentlyFailed(fleet.backupJobs) });
  const failedDrills = fleet.drills?.filter((drill) => drill.status === 'failed' && isRecent(drill.completed_at ?? drill.created_at)).length ?? 0;
  if (failedDrills > 0) add('warning', 'failedDrills', '/drills', { count: failedDrills });
  if (fleet.schedules && fleet.schedules.missing.count > 0) add('warning', 'unscheduled', '/backups', { count: fleet.schedules.missing.count });
  const waiting = fleet.deadLetters?.counts.filter(({ status }) => status === 'waiting').reduce((total, { count }) => total + count, 0) ?? 0;
  if (waiting > 0) add('warning', 'deadLetters', '/dead-letters?status=waiting', { count: waiting });
  for (const group of fleet.groups ?? []) {
    if ((group.lag ?? 0) > LAG) add('warning', 'lag', '/groups', { group: group.group, count: group.lag! });
  }
  for (const topic of fleet.topics ?? []) {
    if (!topic.matches) add('warning', 'topic', '/topics', { topic: topic.topic });
  }
  if (sum('drifted') > 0) add('warning', 'drifted', '/blueprints', { count: sum('drifted') });
  const order = { danger: 0, warning: 1, info: 2 };
  return found.sort((a, b) => order[a.severity] - order[b.severity]);
}
