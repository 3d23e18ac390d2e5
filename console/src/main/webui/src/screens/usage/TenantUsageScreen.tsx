import { Alert, PageSection } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Tenant } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { Filters } from '../../components/Filters';
import { bytes, count, exactTime, shortId } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';

const TimeChart = lazy(() => import('../../components/TimeChart').then((module) => ({ default: module.TimeChart })));

type Sample = Tenant['UsageSample'];
type NumericField = { [field in keyof Sample]-?: NonNullable<Sample[field]> extends number ? field : never }[keyof Sample];

const route = getRouteApi('/usage/$tenantId');
const PERIODS = ['day', 'week', 'month', 'year'] as const;
const DAYS = { day: 1, week: 7, month: 30, year: 365 };

export function TenantUsageScreen() {
  const { t } = useTranslation();
  const { tenantId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [loadedAt] = useState(() => Date.now());
  const period = PERIODS.find((one) => one === search.period) ?? 'day';
  const isDaily = period === 'month' || period === 'year';
  const query = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}/usage', {
    params: {
      path: { tenant_id: tenantId },
      query: { granularity: isDaily ? 'day' : 'hour', from: new Date(loadedAt - DAYS[period] * 86_400_000 + (isDaily ? 86_400_000 : 3_600_000)).toISOString() },
    },
  });
  const tenant = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}', { params: { path: { tenant_id: tenantId } } }, { retry: false });
  return (
    <>
      <PageHeader
        title={t('usage.one.title', { name: tenant.data?.name ?? shortId(tenantId) })}
        parents={[{ label: t('usage.title'), to: '/usage' }]}
        actions={
          <AppLink to="/tenants/$tenantId/{-$tab}" params={{ tenantId }}>
            {t('usage.one.openTenant')}
          </AppLink>
        }
      />
      <PageSection hasBodyWrapper={false} isFilled className="tn-stack">
        <Filters
          values={{ period }}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[{ key: 'period', label: t('usage.one.period'), kind: 'choice', isRequired: true, options: PERIODS, text: (one) => t(`usage.one.periods.${one as (typeof PERIODS)[number]}`) }]}
        />
        <Loaded query={query} lines={10}>
          {(usage) => <UsageCharts usage={usage} isDaily={isDaily} />}
        </Loaded>
      </PageSection>
    </>
  );
}

function UsageCharts({ usage, isDaily }: { usage: Tenant['TenantUsage']; isDaily: boolean }) {
  const { t } = useTranslation();
  const samples = new Map(usage.items.map((sample) => [Date.parse(sample.start), sample]));
  const step = isDaily ? 86_400_000 : 3_600_000;
  const times: string[] = [];
  for (let time = Date.parse(usage.from); time < Date.parse(usage.to); time += step) times.push(new Date(time).toISOString());
  const values = (field: NumericField) => times.map((time) => samples.get(Date.parse(time))?.[field] ?? null);
  const lastGap = usage.gaps.at(-1);
  if (usage.items.length === 0) return <Nothing title={t('usage.one.none')} body={t('usage.one.noneBody')} />;
  const charts: { title: string; kind?: 'bar'; format: (value: number) => string; series: [name: string, field: NumericField][] }[] = [
    { title: t('usage.one.storage'), format: bytes, series: [[t('usage.one.storage'), 'storage_bytes']] },
    { title: t('usage.one.connections'), format: count, series: [[t('usage.one.connections'), 'connections_peak']] },
    { title: t('usage.one.transactions'), kind: 'bar', format: count, series: [[t('usage.one.transactions'), 'transactions']] },
    { title: t('usage.one.rows'), format: count, series: [[t('usage.one.rowsIn'), 'rows_in'], [t('usage.one.rowsOut'), 'rows_out']] },
    { title: t('usage.one.events'), kind: 'bar', format: count, series: [[t('usage.one.captured'), 'events_captured'], [t('usage.one.delivered'), 'events_delivered']] },
    { title: t('usage.one.backupBytes'), kind: 'bar', format: bytes, series: [[t('usage.one.backupBytes'), 'backup_bytes']] },
  ];
  return (
    <>
      {lastGap && <Alert isInline variant="info" title={t('usage.one.gaps', { count: usage.gaps.length, from: exactTime(lastGap.from), to: exactTime(lastGap.to) })} />}
      <div className="tn-split">
        {charts.map(({ title, kind, format, series }) => (
          <Panel key={title} title={title} isFullHeight>
            <Suspense fallback={<div className="tn-chart__frame" />}>
              <TimeChart label={title} times={times} isDaily={isDaily} kind={kind} format={format} series={series.map(([name, field]) => ({ name, values: values(field) }))} />
            </Suspense>
          </Panel>
        ))}
      </div>
    </>
  );
}
