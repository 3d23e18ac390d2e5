import { Card, CardBody, Gallery, Grid, GridItem, PageSection } from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationCircleIcon, ExclamationTriangleIcon, InfoCircleIcon } from '@patternfly/react-icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { SERVICES, unavailableServices } from '../../api/services';
import { useStore } from '../../api/store';
import { AppLink } from '../../components/AppLink';
import { bytes, count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time, useNow } from '../../components/Time';
import { actionText } from '../audit/actions';
import { attention } from './attention';

const NEWEST = { params: { query: { limit: '100' } } };
const FAILED = { params: { query: { status: 'failed', limit: '100' } } };

/** backup-service compares all tenants with their schedules every five minutes. */
const COMPARED = { params: { query: { max_age: '600' } } };

/** The health of the whole fleet, and what needs attention now. */
export function OverviewScreen() {
  const { t } = useTranslation();
  const now = useNow();
  const unavailable = useStore(unavailableServices);
  const clusters = api.useQuery('get', '/api/tenant/v1/clusters');
  const recovery = api.useQuery('get', '/api/tenant/v1/recovery');
  const tenantJobs = api.useQuery('get', '/api/tenant/v1/jobs', FAILED);
  const recent = api.useQuery('get', '/api/tenant/v1/audit', { params: { query: { limit: '8' } } });
  const backupJobs = api.useQuery('get', '/api/backup/v1/jobs', FAILED);
  const migrations = api.useQuery('get', '/api/backup/v1/migrations/summary');
  const campaigns = api.useQuery('get', '/api/backup/v1/campaigns', { params: { query: { limit: '20' } } });
  const stores = api.useQuery('get', '/api/backup/v1/stores');
  const drills = api.useQuery('get', '/api/backup/v1/drills', NEWEST);
  const backups = api.useQuery('get', '/api/backup/v1/backups', NEWEST);
  const schedules = api.useQuery('get', '/api/backup/v1/schedules/reconciliation', COMPARED);
  const deadLetters = api.useQuery('get', '/api/ingestion/v1/dead-letters/count');
  const verification = api.useQuery('get', '/api/ingestion/v1/topics/verification');
  const groups = api.useQuery('get', '/api/ingestion/v1/groups');

  const needed = attention(
    {
      recovery: recovery.data,
      clusters: clusters.data?.items,
      tenantJobs: tenantJobs.data?.items,
      backupJobs: backupJobs.data?.items,
      migrations: migrations.data?.items,
      campaigns: campaigns.data?.items,
      stores: stores.data?.items,
      drills: drills.data?.items,
      schedules: schedules.data,
      deadLetters: deadLetters.data,
      topics: verification.data?.items,
      groups: groups.data?.items,
    },
    now,
  );
  const lastBackup = backups.data?.items.find(({ status }) => status === 'completed');
  const running = campaigns.data?.items.filter(({ status }) => status === 'running').length;
  const isLoading = [clusters, recovery, tenantJobs, backupJobs, migrations, stores, deadLetters, groups].some(({ isPending, error }) => isPending && error == null);

  return (
    <>
      <PageHeader title={t('overview.title')} description={t('overview.description')} />
      <PageSection hasBodyWrapper={false} className="tn-stack">
        <Gallery hasGutter minWidths={{ default: '100%', sm: '11.5rem' }}>
          <Tile
            to="/tenants"
            label={t('overview.tenants')}
            query={clusters}
            value={({ items }) => count(items.reduce((total, cluster) => total + cluster.tenants, 0))}
            note={({ items }) => t('overview.room', { room: count(items.filter(({ status }) => status === 'active').reduce((room, one) => room + Math.max(one.capacity - one.tenants, 0), 0)) })}
          />
          <Tile to="/clusters" label={t('overview.clusters')} query={clusters} value={({ items }) => count(items.length)} note={({ items }) => t('overview.active', { count: items.filter(({ status }) => status === 'active').length })} />
          <Tile
            to="/campaigns"
            label={t('overview.versions')}
            query={migrations}
            value={({ items }) => {
              const all = items.reduce((total, one) => total + one.up_to_date + one.pending + one.failed + one.drifted, 0);
              return all === 0 ? '–' : `${Math.floor((100 * items.reduce((total, one) => total + one.up_to_date, 0)) / all)} %`;
            }}
            note={({ items }) => t('overview.behind', { count: items.reduce((total, one) => total + one.pending, 0) }) + (running ? ` · ${t('overview.running', { count: running })}` : '')}
          />
          <Tile to="/backups" label={t('overview.backup')} query={backups} value={() => (lastBackup ? <Time value={lastBackup.completed_at} /> : t('overview.never'))} note={() => (lastBackup?.file ? bytes(lastBackup.file.bytes) : t('overview.noBackup'))} />
          <Tile
            to="/groups"
            label={t('overview.lag')}
            query={groups}
            value={({ items }) => count(items.reduce((total, group) => total + (group.lag ?? 0), 0))}
            note={({ items }) => t('overview.groups', { count: items.length })}
          />
        </Gallery>
        <Grid hasGutter>
          <GridItem lg={7}>
            <Panel title={t('overview.attention')} isFullHeight>
              {needed.length > 0 ? (
                <ul className="tn-attention">
                  {needed.map(({ key, severity, to, values }) => (
                    <li key={`${key} ${JSON.stringify(values)}`} data-severity={severity}>
                      {severity === 'danger' ? <ExclamationCircleIcon /> : severity === 'warning' ? <ExclamationTriangleIcon /> : <InfoCircleIcon />}
                      <AppLink to={to}>{t(`overview.need.${key}`, values)}</AppLink>
                    </li>
                  ))}
                </ul>
              ) : isLoading || unavailable.length > 0 ? (
                <p className="tn-muted" aria-busy={isLoading}>{t(unavailable.length > 0 ? 'overview.partial' : 'common.loading')}</p>
              ) : (
                <Nothing isGood icon={CheckCircleIcon} title={t('overview.allWell')} body={t('overview.allWellBody')} />
              )}
            </Panel>
          </GridItem>
          <GridItem lg={5}>
            <Panel title={t('overview.services')} isFullHeight>
              <ul className="tn-services">
                {SERVICES.map((service) => (
                  <li key={service}>
                    <span>{t(`services.${service}`)}</span>
                    <StatusLabel status={unavailable.includes(service) ? 'unavailable' : 'answers'} />
                  </li>
                ))}
                {stores.data?.items.map((store) => (
                  <li key={store.name}>
                    <span>{t('overview.store', { name: store.name })}</span>
                    <StatusLabel status={store.state} />
                  </li>
                ))}
                {clusters.data?.items.map((cluster) => (
                  <li key={cluster.name}>
                    <span>{t('overview.cluster', { name: cluster.name })}</span>
                    <StatusLabel status={cluster.status} />
                  </li>
                ))}
              </ul>
            </Panel>
          </GridItem>
          <GridItem span={12}>
            <Panel
              title={t('overview.recent')}
              actions={
                <AppLink to="/audit" className="tn-nowrap">
                  {t('overview.allActions')}
                </AppLink>
              }
            >
              <Loaded query={recent} lines={6}>
                {({ items }) =>
                  items.length === 0 ? (
                    <p className="tn-muted">{t('overview.noActions')}</p>
                  ) : (
                    <ol className="tn-timeline">
                      {items.map((record) => (
                        <li key={record.position}>
                          <span className="tn-timeline__time">
                            <Time value={record.occurred_at} />
                          </span>
                          <span className="tn-timeline__what">
                            {actionText(record.action) ?? <code className="tn-mono">{record.action}</code>} {record.tenant_id && <TenantLink id={record.tenant_id} />}{' '}
                            <span className="tn-muted">{t('tenant.timeline.by', { actor: record.actor })}</span>
                          </span>
                          <StatusLabel status={record.outcome} />
                        </li>
                      ))}
                    </ol>
                  )
                }
              </Loaded>
            </Panel>
          </GridItem>
        </Grid>
      </PageSection>
    </>
  );
}

interface TileProps<T> {
  label: string;
  to: string;
  query: { data: T | undefined; error: unknown };
  value: (data: T) => ReactNode;
  note: (data: T) => ReactNode;
}

/** A figure that leads to its screen. */
function Tile<T>({ label, to, query: { data, error }, value, note }: TileProps<T>) {
  const { t } = useTranslation();
  return (
    <Card isFullHeight isCompact>
      <CardBody className="tn-tile">
        <AppLink to={to} className="tn-tile__label">
          {label}
        </AppLink>
        <span className="tn-tile__value" aria-busy={data === undefined && !error}>{data !== undefined ? value(data) : error ? '?' : '…'}</span>
        <span className="tn-tile__note">{data !== undefined ? note(data) : error ? t('overview.unknown') : ' '}</span>
      </CardBody>
    </Card>
  );
}
