import { Button, Card, CardBody, CardFooter, CardHeader, CardTitle, Gallery, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { durationBetween, shortVersion } from '../../components/format';
import { Filters } from '../../components/Filters';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { CampaignProgress } from './CampaignProgress';

/** So many blueprints are shown at first. */
const FEW = 8;
const STATUSES = ['running', 'paused', 'halted', 'completed', 'cancelled'];
const route = getRouteApi('/campaigns');

export function CampaignsScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isFiltered = Object.values(search).some(Boolean);
  const summaries = useQuery(api.queryOptions('get', '/api/backup/v1/migrations/summary'));
  const query = api.useInfiniteQuery('get', '/api/backup/v1/campaigns', { params: { query: { ...search, limit: PAGE_SIZE } } }, paged);
  const columns: Column<Backup['Campaign']>[] = [
    {
      key: 'campaign',
      title: t('campaigns.column.campaign'),
      cell: ({ id, blueprint, direction }) => (
        <AppLink to="/campaigns/$campaignId" params={{ campaignId: id }}>
          {blueprint} · {t(`campaigns.direction.${direction}`)}
        </AppLink>
      ),
    },
    { key: 'status', title: t('campaigns.column.status'), cell: ({ status }) => <StatusLabel status={status} /> },
    { key: 'progress', title: t('campaigns.column.progress'), width: 30, cell: ({ tenants }) => <CampaignProgress counts={tenants} /> },
    {
      key: 'target',
      title: t('campaigns.column.target'),
      cell: ({ target_version: version }) => (version ? <code className="tn-mono">{shortVersion(version)}</code> : <span className="tn-muted">{t('campaigns.previous')}</span>),
    },
    { key: 'started', title: t('campaigns.column.started'), cell: ({ created_at: at }) => <Time value={at} /> },
    { key: 'took', title: t('campaigns.column.took'), isNumber: true, cell: (campaign) => durationBetween(campaign.created_at, campaign.finished_at) ?? '–' },
  ];
  const start = (
    <Can role="operator">
      <AppLink to="/campaigns/new" className="pf-v6-c-button pf-m-primary">
        {t('campaigns.start')}
      </AppLink>
    </Can>
  );
  return (
    <>
      <PageHeader title={t('campaigns.title')} description={t('campaigns.description')} actions={start} />
      <PageSection hasBodyWrapper={false} aria-label={t('campaigns.behind.title')}>
        <Loaded query={summaries} lines={3}>
          {({ items }) => <Blueprints summaries={items} />}
        </Loaded>
      </PageSection>
      <PageSection hasBodyWrapper={false} isFilled>
        <Filters
          values={search}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[
            { key: 'status', label: t('campaigns.status'), kind: 'choice', options: STATUSES },
            { key: 'blueprint', label: t('campaigns.blueprint'), kind: 'choice', options: (summaries.data?.items ?? []).map(({ blueprint }) => blueprint), text: (blueprint) => blueprint },
          ]}
        />
        <PagedTable
          label={t('campaigns.list')}
          query={query}
          columns={columns}
          rowId={({ id }) => id}
          empty={
            isFiltered ? (
              <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} />
            ) : (
              <Nothing title={t('campaigns.empty')} body={t('campaigns.emptyBody')} action={start} />
            )
          }
        />
      </PageSection>
    </>
  );
}

/** The blueprints, those with the most to do first; the others on request. */
function Blueprints({ summaries }: { summaries: Backup['Summary'][] }) {
  const { t } = useTranslation();
  const [showsAll, setShowsAll] = useState(false);
  const toDo = ({ pending, failed, drifted }: Backup['Summary']) => pending + failed + drifted;
  const shown = summaries.toSorted((a, b) => toDo(b) - toDo(a)).slice(0, showsAll ? undefined : FEW);
  return (
    <>
      <Gallery hasGutter minWidths={{ default: '15rem' }}>
        {shown.map((summary) => (
          <BlueprintCard key={summary.blueprint} summary={summary} />
        ))}
      </Gallery>
      {shown.length < summaries.length && (
        <Button variant="link" onClick={() => setShowsAll(true)}>
          {t('campaigns.behind.showAll', { count: summaries.length })}
        </Button>
      )}
    </>
  );
}

/** How many of a blueprint's tenants are at its current version. */
function BlueprintCard({ summary }: { summary: Backup['Summary'] }) {
  const { t } = useTranslation();
  const { blueprint, current_version: version, up_to_date: upToDate, pending, failed, drifted } = summary;
  const parts = [
    pending > 0 && t('campaigns.behind.pending', { count: pending }),
    failed > 0 && t('campaigns.behind.failed', { count: failed }),
    drifted > 0 && t('campaigns.behind.drifted', { count: drifted }),
  ].filter(Boolean);
  return (
    <Card isCompact isFullHeight>
      <CardHeader>
        <CardTitle component="h2">{blueprint}</CardTitle>
      </CardHeader>
      <CardBody>
        <CampaignProgress counts={{ completed: upToDate, pending, failed, running: 0, skipped: drifted, cancelled: 0, current: 0 }} />
        <p className={parts.length > 0 ? undefined : 'tn-muted'}>{parts.length > 0 ? parts.join(', ') : t('campaigns.behind.allUpToDate')}</p>
        <p className="tn-muted">{t('campaigns.behind.version', { version: shortVersion(version) })}</p>
      </CardBody>
      {pending + failed > 0 && (
        <Can role="operator">
          <CardFooter>
            <AppLink to="/campaigns/new" search={{ blueprint }}>
              {t('campaigns.behind.migrate', { blueprint })}
            </AppLink>
          </CardFooter>
        </Can>
      )}
    </Card>
  );
}
