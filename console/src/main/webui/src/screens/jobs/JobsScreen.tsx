import { PageSection, ToggleGroup, ToggleGroupItem, Progress } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Backup, type Tenant } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { CopyId } from '../../components/CopyText';
import { Filters } from '../../components/Filters';
import { durationBetween, shortId } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { jobType } from './type';

type Job = Tenant['Job'] | Backup['Job'];
const SERVICES = ['tenant', 'backup'] as const;
const STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'];

const route = getRouteApi('/jobs');

/** Long work of the services, newest first. */
export function JobsScreen() {
  const { t } = useTranslation();
  const { service = 'tenant', ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const isBackup = service === 'backup';
  const query = { ...filter, limit: PAGE_SIZE };
  const ofTenants = api.useInfiniteQuery('get', '/api/tenant/v1/jobs', { params: { query } }, { ...paged, enabled: !isBackup });
  const ofBackups = api.useInfiniteQuery('get', '/api/backup/v1/jobs', { params: { query } }, { ...paged, enabled: isBackup });

  const columns: Column<Job>[] = [
    {
      key: 'type',
      title: t('jobs.type'),
      cell: (job) => (
        <AppLink to="/jobs/$service/$jobId" params={{ service, jobId: job.id }} className="tn-strong">
          {jobType(job.type)}
        </AppLink>
      ),
    },
    { key: 'id', title: t('tenants.id'), cell: (job) => <CopyId id={job.id} /> },
    {
      key: 'status',
      title: t('tenants.status'),
      cell: (job) => (
        <>
          <StatusLabel status={job.status} />
          {job.status === 'running' && job.progress?.percent != null && <Progress size="sm" measureLocation="none" value={job.progress.percent} aria-label={t('jobs.progress')} />}
        </>
      ),
    },
    {
      key: 'tenant',
      title: t('audit.tenant'),
      cell: (job) =>
        job.tenant_id ? (
          <AppLink to="/tenants/$tenantId/{-$tab}" params={{ tenantId: job.tenant_id, tab: undefined }}>
            <code className="tn-mono">{shortId(job.tenant_id)}</code>
          </AppLink>
        ) : (
          ''
        ),
    },
    { key: 'created', title: t('tenants.created'), cell: (job) => <Time value={job.created_at} /> },
    { key: 'duration', title: t('tenant.backups.duration'), isNumber: true, cell: (job) => durationBetween(job.started_at, job.finished_at) ?? '–' },
    { key: 'attempts', title: t('webhooks.attempts'), isNumber: true, cell: (job) => job.attempts },
    { key: 'error', title: t('tenant.backups.error'), width: 25, cell: (job) => job.error?.message ?? '' },
  ];
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <>
      <PageHeader title={t('jobs.title')} description={t('jobs.description')} />
      <PageSection hasBodyWrapper={false}>
        <ToggleGroup aria-label={t('jobs.service')}>
          {SERVICES.map((one) => (
            <ToggleGroupItem
              key={one}
              text={t(`jobs.of.${one}`)}
              buttonId={`jobs-${one}`}
              isSelected={service === one}
              onChange={() => void navigate({ search: (before) => ({ ...before, service: one === 'tenant' ? undefined : one, type: undefined }), replace: true })}
            />
          ))}
        </ToggleGroup>
        <Filters
          values={filter}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[
            { key: 'status', label: t('tenants.status'), kind: 'choice', options: STATUSES },
            { key: 'type', label: t('jobs.type'), kind: 'text' },
            { key: 'tenant_id', label: t('audit.tenantId'), kind: 'text' },
          ]}
        />
        <PagedTable<Job>
          label={t('jobs.title')}
          query={isBackup ? ofBackups : ofTenants}
          columns={columns}
          rowId={(job) => job.id}
          empty={isFiltered ? <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} /> : <Nothing title={t('jobs.none')} body={t('jobs.noneBody')} />}
        />
      </PageSection>
    </>
  );
}
