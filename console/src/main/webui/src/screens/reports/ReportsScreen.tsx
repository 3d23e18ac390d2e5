import { PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Backup, type Tenant } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { CopyText } from '../../components/CopyText';
import { Details } from '../../components/Details';
import { Filters } from '../../components/Filters';
import { bytes, count, duration } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { Tile, Tiles } from '../../components/Tiles';
import { Time } from '../../components/Time';
import { textOf } from '../../i18n';
import { firstDay } from '../usage/measures';

const TimeChart = lazy(() => import('../../components/TimeChart').then((module) => ({ default: module.TimeChart })));

const route = getRouteApi('/reports');
const DAYS = ['7', '30', '90', '365'];

const percent = (rate?: number | null) => (rate == null ? '–' : `${Math.round(rate * 1_000) / 10} %`);
const toneOf = (rate?: number | null) => (rate == null ? undefined : rate >= 0.99 ? ('success' as const) : rate >= 0.95 ? ('warning' as const) : ('danger' as const));
const ms = (value?: number | null) => (value == null ? '–' : duration(value));

/** Every report for the same period. A report of a service that does not answer says so in its place. */
export function ReportsScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [loadedAt] = useState(() => Date.now());
  const days = DAYS.includes(search.days ?? '') ? search.days! : '30';
  const query = { params: { query: { from: firstDay(Number(days), loadedAt) } } };
  const provisioning = api.useQuery('get', '/api/tenant/v1/reports/provisioning', query);
  const growth = api.useQuery('get', '/api/tenant/v1/reports/growth', query);
  const backups = api.useQuery('get', '/api/backup/v1/reports/backups', query);
  const campaigns = api.useQuery('get', '/api/backup/v1/reports/campaigns', query);
  return (
    <>
      <PageHeader title={t('reports.title')} description={t('reports.description')} />
      <PageSection hasBodyWrapper={false} isFilled className="tn-stack">
        <Filters
          values={{ days }}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[{ key: 'days', label: t('reports.period'), kind: 'choice', isRequired: true, options: DAYS, text: (number) => t('reports.lastDays', { count: Number(number) }) }]}
        />
        <Panel title={t('reports.provisioning.title')}>
          <Loaded query={provisioning} lines={8}>
            {(report) => <Provisioning report={report} />}
          </Loaded>
        </Panel>
        <Panel title={t('reports.growth.title')}>
          <Loaded query={growth} lines={8}>
            {(report) => <Growth report={report} />}
          </Loaded>
        </Panel>
        <Panel title={t('reports.backups.title')}>
          <Loaded query={backups} lines={8}>
            {(report) => <Backups report={report} />}
          </Loaded>
        </Panel>
        <Panel title={t('reports.campaigns.title')}>
          <Loaded query={campaigns} lines={6}>
            {(report) => <Campaigns report={report} />}
          </Loaded>
        </Panel>
      </PageSection>
    </>
  );
}

const Chart = (props: Parameters<typeof TimeChart>[0]) => (
  <div>
    <h3 className="tn-message__title">{props.label}</h3>
    <Suspense fallback={<div className="tn-chart__frame" />}>
      <TimeChart {...props} isDaily />
    </Suspense>
  </div>
);

/** Every day of a period, and the values of those that have any. */
function daysOf<Row>(from: string, to: string, rows: Row[], dayOf: (row: Row) => string | null | undefined) {
  const times: string[] = [];
  for (let day = Date.parse(from); day < Date.parse(to); day += 86_400_000) times.push(new Date(day).toISOString());
  const byDay = new Map<string, Row[]>();
  for (const row of rows) {
    const day = dayOf(row) ?? '';
    byDay.set(day, [...(byDay.get(day) ?? []), row]);
  }
  const rowsOf = (time: string) => byDay.get(time.slice(0, 10)) ?? [];
  return {
    times,
    /** Sums; a day without rows is zero, since every one was counted. */
    sums: (value: (row: Row) => number) => times.map((time) => rowsOf(time).reduce((sum, row) => sum + value(row), 0)),
    /** Values of the day's row; a day without one is a gap. */
    values: (value: (row: Row) => number | null | undefined) => times.map((time) => (rowsOf(time)[0] ? (value(rowsOf(time)[0]!) ?? null) : null)),
  };
}

function Provisioning({ report }: { report: Tenant['ProvisioningReport'] }) {
  const { t } = useTranslation();
  const { total } = report;
  if (total.succeeded + total.failed === 0) return <p className="tn-muted">{t('reports.provisioning.none')}</p>;
  const days = daysOf(report.from, report.to, report.items, ({ start }) => start);
  const failures = Object.entries(report.failures);
  return (
    <div className="tn-stack">
      <Tiles>
        <Tile label={t('reports.provisioning.succeeded')} value={count(total.succeeded)} />
        <Tile label={t('reports.provisioning.failed')} value={count(total.failed)} tone={total.failed > 0 ? 'danger' : undefined} />
        <Tile label={t('reports.provisioning.rate')} value={percent(total.success_rate)} tone={toneOf(total.success_rate)} />
        <Tile label={t('reports.provisioning.median')} value={ms(total.duration_ms?.median)} note={`${t('reports.provisioning.p95')}: ${ms(total.duration_ms?.p95)}`} />
        <Tile label={t('reports.provisioning.pool')} value={count(total.from_pool)} />
      </Tiles>
      <div className="tn-split">
        <Chart
          label={t('reports.byDay')}
          kind="bar"
          isStacked
          format={count}
          times={days.times}
          series={[
            { name: t('reports.provisioning.succeeded'), values: days.sums(({ succeeded }) => succeeded) },
            { name: t('reports.provisioning.failed'), tone: 'danger', values: days.sums(({ failed }) => failed) },
          ]}
        />
        <div>
          <h3 className="tn-message__title">{t('reports.provisioning.steps')}</h3>
          <Rows
            label={t('reports.provisioning.steps')}
            columns={[t('reports.provisioning.step'), t('reports.provisioning.completed'), t('reports.provisioning.failed'), t('reports.provisioning.median'), t('reports.provisioning.p95')]}
            rows={report.steps.map(({ step, completed, failed, duration_ms: durations }) => ({
              key: step,
              cells: [textOf(`tenant.provisioning.step.${step}`) ?? step, count(completed), count(failed), ms(durations?.median), ms(durations?.p95)],
            }))}
          />
        </div>
      </div>
      {failures.length > 0 && (
        <div>
          <h3 className="tn-message__title">{t('reports.provisioning.failures')}</h3>
          <Details items={failures.map(([code, number]) => [code, <CopyText key={code} value={code}>{count(number)}</CopyText>])} />
        </div>
      )}
    </div>
  );
}

function Growth({ report }: { report: Tenant['GrowthReport'] }) {
  const { t } = useTranslation();
  if (report.items.length === 0) return <p className="tn-muted">{t('reports.growth.none')}</p>;
  const days = daysOf(report.from, report.to, report.items, ({ day }) => day);
  return (
    <div className="tn-split tn-split--three">
      <Chart label={t('reports.growth.tenants')} format={count} times={days.times} series={[{ name: t('reports.growth.tenants'), values: days.values(({ tenants }) => tenants) }]} />
      <Chart label={t('reports.growth.storage')} format={bytes} times={days.times} series={[{ name: t('reports.growth.storage'), values: days.values((row) => row.storage_bytes) }]} />
      <Chart
        label={t('reports.growth.events')}
        format={count}
        times={days.times}
        series={[
          { name: t('reports.growth.captured'), values: days.values((row) => row.events_captured) },
          { name: t('reports.growth.delivered'), values: days.values((row) => row.events_delivered) },
        ]}
      />
    </div>
  );
}

function Backups({ report }: { report: Backup['BackupReport'] }) {
  const { t } = useTranslation();
  const backups = daysOf(report.from, report.to, report.backups, ({ start }) => start);
  const drills = daysOf(report.from, report.to, report.drills, ({ start }) => start);
  const completed = report.backups.reduce((sum, row) => sum + row.completed, 0);
  const failed = report.backups.reduce((sum, row) => sum + row.failed, 0);
  const rate = completed + failed > 0 ? completed / (completed + failed) : undefined;
  return (
    <div className="tn-stack">
      <Tiles>
        <Tile
          label={t('reports.backups.stored')}
          value={bytes(report.stored.bytes)}
          note={t('reports.backups.storedNote', { backups: count(report.stored.backups), tenants: count(report.stored.tenants) })}
        />
        <Tile label={t('reports.backups.rate')} value={percent(rate)} tone={toneOf(rate)} />
      </Tiles>
      {completed + failed === 0 ? (
        <p className="tn-muted">{t('reports.backups.none')}</p>
      ) : (
        <div className="tn-split tn-split--three">
          <Chart
            label={t('reports.backups.byDay')}
            kind="bar"
            isStacked
            format={count}
            times={backups.times}
            series={[
              { name: t('reports.backups.completed'), values: backups.sums((row) => row.completed) },
              { name: t('reports.backups.failed'), tone: 'danger', values: backups.sums((row) => row.failed) },
            ]}
          />
          <Chart label={t('reports.backups.size')} kind="bar" format={bytes} times={backups.times} series={[{ name: t('reports.backups.size'), values: backups.sums((row) => row.bytes) }]} />
          <Chart label={t('reports.backups.recovery')} format={duration} times={drills.times} series={[{ name: t('reports.backups.recovery'), values: drills.values((row) => row.recovery_ms?.median) }]} />
        </div>
      )}
    </div>
  );
}

function Campaigns({ report }: { report: Backup['CampaignReport'] }) {
  const { t } = useTranslation();
  if (report.items.length === 0) return <p className="tn-muted">{t('reports.campaigns.none')}</p>;
  return (
    <Rows
      label={t('reports.campaigns.title')}
      columns={[t('reports.campaigns.campaign'), t('reports.campaigns.tenants'), t('reports.campaigns.failed'), t('reports.campaigns.rate'), t('reports.campaigns.took'), t('reports.campaigns.status'), t('reports.campaigns.started')]}
      rows={report.items.map((item) => ({
        key: item.campaign_id,
        cells: [
          <AppLink key="link" to="/campaigns/$campaignId" params={{ campaignId: item.campaign_id }}>
            {item.blueprint} · {t(`campaigns.direction.${item.direction === 'rollback' ? 'rollback' : 'forward'}`)}
          </AppLink>,
          count(item.tenants),
          count(item.failed),
          percent(item.success_rate),
          ms(item.duration_ms),
          <StatusLabel key="status" status={item.status} />,
          <Time key="started" value={item.created_at} />,
        ],
      }))}
    />
  );
}

/** A table whose cells from the second on are numbers, unless they are elements. */
function Rows({ label, columns, rows }: { label: string; columns: string[]; rows: { key: string; cells: ReactNode[] }[] }) {
  return (
    <Table variant="compact" gridBreakPoint="grid-md" aria-label={label}>
      <Thead>
        <Tr>
          {columns.map((title, index) => (
            <Th key={title} modifier="nowrap" className={index > 0 && typeof rows[0]?.cells[index] === 'string' ? 'tn-number' : undefined}>
              {title}
            </Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map(({ key, cells }) => (
          <Tr key={key}>
            {cells.map((cell, index) => (
              <Td key={columns[index]} dataLabel={columns[index]} modifier={index > 0 ? 'nowrap' : undefined} className={index > 0 && typeof cell === 'string' ? 'tn-number' : undefined}>
                {cell}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
