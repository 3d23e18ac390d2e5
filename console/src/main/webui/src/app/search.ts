import { http } from '../api/client';
import { ApiError } from '../api/problem';
import { isUuid, shortId } from '../components/format';
import { statusText } from '../components/StatusLabel';
import { jobType } from '../screens/jobs/type';

export type Kind = 'tenant' | 'cluster' | 'blueprint' | 'backup' | 'restore' | 'drill' | 'tenantJob' | 'backupJob' | 'campaign' | 'migration';

/** Something that was found, and its page. */
export interface Found {
  kind: Kind;
  id: string;
  name: string;
  note?: string;
  to: string;
}

export interface Results {
  found: Found[];
  /** Whether every service answered. */
  isComplete: boolean;
}

const LIMIT = '8';
type Search = () => Promise<(Found | undefined)[]>;

const tenantFound = (tenant: { tenant_id: string; name: string; environment: string; status: string }): Found => ({
  kind: 'tenant',
  id: tenant.tenant_id,
  name: tenant.name,
  note: `${statusText(tenant.environment)} · ${statusText(tenant.status)}`,
  to: `/tenants/${tenant.tenant_id}`,
});

/** What has an id, asked of every service that has such ids. */
function byId(id: string): Search[] {
  const tenantTab = (tenantId: string, tab: string) => `/tenants/${tenantId}/${tab}`;
  return [
    async () => {
      const { data } = await http.GET('/api/tenant/v1/tenants/{tenant_id}', { params: { path: { tenant_id: id } } });
      return [data && tenantFound(data)];
    },
    async () => {
      const { data } = await http.GET('/api/tenant/v1/jobs/{job_id}', { params: { path: { job_id: id } } });
      return [data && { kind: 'tenantJob', id, name: jobType(data.type), note: statusText(data.status), to: `/jobs/tenant/${id}` }];
    },
    async () => {
      const { data } = await http.GET('/api/backup/v1/jobs/{job_id}', { params: { path: { job_id: id } } });
      return [data && { kind: 'backupJob', id, name: jobType(data.type), note: statusText(data.status), to: `/jobs/backup/${id}` }];
    },
    async () => {
      const { data } = await http.GET('/api/backup/v1/backups/{backup_id}', { params: { path: { backup_id: id } } });
      return [data && { kind: 'backup', id, name: data.tenant_name, note: statusText(data.status), to: tenantTab(data.tenant_id, 'backups') }];
    },
    async () => {
      const { data } = await http.GET('/api/backup/v1/restores/{restore_id}', { params: { path: { restore_id: id } } });
      return [data && { kind: 'restore', id, name: shortId(id), note: statusText(data.status), to: tenantTab(data.tenant_id, 'restores') }];
    },
    async () => {
      const { data } = await http.GET('/api/backup/v1/drills/{drill_id}', { params: { path: { drill_id: id } } });
      return [data && { kind: 'drill', id, name: shortId(id), note: statusText(data.status), to: tenantTab(data.tenant_id, 'restores') }];
    },
    async () => {
      const { data } = await http.GET('/api/backup/v1/campaigns/{campaign_id}', { params: { path: { campaign_id: id } } });
      return [data && { kind: 'campaign', id, name: data.blueprint, note: statusText(data.status), to: `/campaigns/${id}` }];
    },
    async () => {
      const { data } = await http.GET('/api/backup/v1/migrations/{migration_id}', { params: { path: { migration_id: id } } });
      return [data && { kind: 'migration', id, name: data.blueprint, note: statusText(data.status), to: tenantTab(data.tenant_id, 'migrations') }];
    },
  ];
}

/** What has a name, or a tenant's external id. */
function byName(text: string): Search[] {
  const lower = text.toLowerCase();
  const searches: Search[] = [
    async () => {
      const { data } = await http.GET('/api/tenant/v1/clusters');
      return (data?.items ?? []).filter(({ name }) => name.startsWith(lower)).map(({ name, region }) => ({ kind: 'cluster', id: name, name, note: region, to: '/clusters' }));
    },
    async () => {
      const { data } = await http.GET('/api/tenant/v1/blueprints');
      return (data?.items ?? []).filter(({ name }) => name.startsWith(lower)).map(({ name }) => ({ kind: 'blueprint', id: name, name, to: `/blueprints/${name}` }));
    },
  ];
  if (/^[A-Za-z0-9_-]{1,255}$/.test(text)) {
    searches.unshift(async () => {
      const { data } = await http.GET('/api/tenant/v1/tenants', { params: { query: { name_prefix: text, limit: LIMIT } } });
      return (data?.items ?? []).map(tenantFound);
    });
  }
  if (/^[!-~]{1,255}$/.test(text)) {
    searches.push(async () => {
      const { data } = await http.GET('/api/tenant/v1/tenants', { params: { query: { external_id: text, limit: LIMIT } } });
      return (data?.items ?? []).map(tenantFound);
    });
  }
  return searches;
}

/** Finds by name or id in all services. What one of them does not have or refuses is not found there. */
export async function search(text: string): Promise<Results> {
  const answers = await Promise.allSettled((isUuid(text) ? byId(text) : byName(text)).map((one) => one()));
  const found = new Map<string, Found>();
  for (const answer of answers) {
    if (answer.status === 'fulfilled') answer.value.forEach((one) => one && found.set(`${one.kind} ${one.id}`, one));
  }
  const isComplete = answers.every((answer) => answer.status === 'fulfilled' || !(answer.reason instanceof ApiError) || !answer.reason.isUnavailable);
  return { found: [...found.values()], isComplete };
}
