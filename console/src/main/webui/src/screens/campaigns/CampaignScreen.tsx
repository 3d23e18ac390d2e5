import {
  Alert,
  Button,
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  Checkbox,
  PageSection,
  SearchInput,
} from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../api/client';
import { paged } from '../../api/paged';
import { showToast } from '../../app/toasts';
import { AppLink } from '../../components/AppLink';
import { useCan } from '../../components/Can';
import { CopyId, CopyText } from '../../components/CopyText';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Details, type Detail } from '../../components/Details';
import { explain } from '../../components/Failure';
import { count, duration, durationBetween, shortId, shortVersion } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { Board } from './Board';
import { actionsFor, failureGroups, SHARES, totalOf, type CampaignAction, type FailureGroup } from './rules';
import { CampaignProgress } from './CampaignProgress';

type Campaign = Backup['Campaign'];
type Migration = Backup['Migration'];

const route = getRouteApi('/campaigns/$campaignId');
/** Hints report the end of a migration; its start is noticed by reading again. */
const WHILE_RUNNING_MS = 1_000;
/** So many tenants are one page, which is read again often; more are read again when a hint comes. */
const POLLED_TENANTS = 500;
const SHOWN_TENANTS = 12;

export function CampaignScreen() {
  const { t } = useTranslation();
  const { campaignId } = route.useParams();
  const campaign = useQuery({
    ...api.queryOptions('get', '/api/backup/v1/campaigns/{campaign_id}', { params: { path: { campaign_id: campaignId } } }),
    refetchInterval: ({ state: { data } }) => (data?.status === 'running' ? WHILE_RUNNING_MS : 30_000),
  });
  const { blueprint, direction, status } = campaign.data ?? {};
  return (
    <>
      <PageHeader
        title={blueprint && direction ? `${blueprint} · ${t(`campaigns.direction.${direction}`)}` : t('campaigns.title')}
        parents={[{ label: t('campaigns.title'), to: '/campaigns' }]}
        badges={status && <StatusLabel status={status} isCompact={false} />}
        actions={campaign.data && <Actions campaign={campaign.data} />}
      />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={campaign} lines={8}>
          {(data) => <CampaignBody campaign={data} />}
        </Loaded>
      </PageSection>
    </>
  );
}

function CampaignBody({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const { tenant } = route.useSearch();
  const navigate = route.useNavigate();
  const [wanted, setWanted] = useState('');
  const isRunning = campaign.status === 'running';
  const query = api.useInfiniteQuery(
    'get',
    '/api/backup/v1/campaigns/{campaign_id}/migrations',
    { params: { path: { campaign_id: campaign.id }, query: { limit: String(POLLED_TENANTS) } } },
    { ...paged, refetchInterval: isRunning && totalOf(campaign.tenants) <= POLLED_TENANTS ? WHILE_RUNNING_MS : false },
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage, error } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && error == null) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  const migrations = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const groups = useMemo(() => failureGroups(migrations), [migrations]);
  const selected = migrations.find((migration) => migration.tenant_id === tenant);
  const select = (chosen: string) => void navigate({ search: { tenant: chosen }, replace: true, resetScroll: false });
  const isMeant = (migration: Migration) => wanted === '' || (migration.tenant_name ?? migration.tenant_id).toLowerCase().includes(wanted.toLowerCase());
  const { tenants } = campaign;
  const done = tenants.completed + tenants.failed + tenants.skipped + tenants.cancelled;
  return (
    <div className="tn-campaign">
      <div className="tn-campaign__main">
        {campaign.status === 'halted' && (
          <Alert isInline variant="danger" title={t('campaigns.halted')}>
            {campaign.reason && <p>{campaign.reason}</p>}
            <p>{t('campaigns.haltedAdvice')}</p>
          </Alert>
        )}
        <Card>
          <CardBody>
            <CampaignProgress counts={tenants} isWide />
            <div className="tn-shares" style={{ marginBlockStart: '0.75rem' }}>
              {SHARES.filter((share) => tenants[share] > 0).map((share) => (
                <span key={share} className="tn-shares__item" data-share={share}>
                  {t(`campaigns.share.${share}`)} <strong>{count(tenants[share])}</strong>
                </span>
              ))}
            </div>
            <p className="pf-v6-screen-reader" aria-live="polite">
              {t('campaigns.board.now', { done, total: totalOf(tenants), failed: tenants.failed })}
            </p>
          </CardBody>
        </Card>
        <Card>
          <CardHeader
            actions={{
              hasNoOffset: true,
              actions: <SearchInput aria-label={t('campaigns.board.find')} placeholder={t('campaigns.board.find')} value={wanted} onChange={(_, value) => setWanted(value)} onClear={() => setWanted('')} />,
            }}
          >
            <CardTitle component="h2">{t('campaigns.board.title')}</CardTitle>
          </CardHeader>
          <CardBody>
            <Loaded query={query} lines={6}>
              {() =>
                migrations.length === 0 ? (
                  <Nothing title={t('campaigns.board.none')} body={t('campaigns.board.noneBody')} />
                ) : (
                  <Board migrations={migrations} selected={selected?.tenant_id} onSelect={select} isMeant={isMeant} />
                )
              }
            </Loaded>
          </CardBody>
        </Card>
        {groups.length > 0 && (
          <Panel title={t('campaigns.failures.title')}>
              {groups.map((group) => (
                <Failures key={`${group.code} ${group.message}`} group={group} onSelect={select} />
              ))}
            </Panel>
        )}
      </div>
      <aside className="tn-campaign__side">
        <Card>
          <CardHeader>
            <CardTitle component="h2">{selected ? <TenantLink id={selected.tenant_id} name={selected.tenant_name} /> : t('campaigns.cell.title')}</CardTitle>
          </CardHeader>
          <CardBody>{selected ? <MigrationDetails migration={selected} /> : <p className="tn-muted">{t('campaigns.board.pick')} {t('campaigns.board.keys')}</p>}</CardBody>
        </Card>
        <Panel title={t('campaigns.settings.title')}>
            <Settings campaign={campaign} />
          </Panel>
      </aside>
    </div>
  );
}

function Failures({ group: { code, message, tenants }, onSelect }: { group: FailureGroup; onSelect: (tenantId: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="tn-failure-group">
      <div className="tn-failure-group__head">
        <strong>{t('campaigns.failures.tenants', { count: tenants.length })}</strong>
        <CopyText value={code} />
      </div>
      <p className="tn-failure-group__message">{message}</p>
      <div className="tn-failure-group__tenants">
        {tenants.slice(0, SHOWN_TENANTS).map((migration) => (
          <Button key={migration.id} variant="link" isInline onClick={() => onSelect(migration.tenant_id)}>
            {migration.tenant_name ?? migration.tenant_id}
          </Button>
        ))}
        {tenants.length > SHOWN_TENANTS && <span className="tn-muted">{t('campaigns.failures.more', { count: tenants.length - SHOWN_TENANTS })}</span>}
      </div>
    </div>
  );
}

function MigrationDetails({ migration }: { migration: Migration }) {
  const { t } = useTranslation();
  const { status, from_version: from, to_version: to, attempts, started_at: started, finished_at: finished, next_attempt_at: next, scripts, error } = migration;
  return (
    <>
      <Details
        items={[
          [t('campaigns.cell.status'), <StatusLabel key="status" status={status} />],
          [
            t('campaigns.cell.versions'),
            <code key="versions" className="tn-mono">
              {shortVersion(from)} → {shortVersion(to)}
            </code>,
          ],
          [t('campaigns.cell.attempts'), attempts],
          [t('campaigns.cell.took'), durationBetween(started, finished) ?? (started ? <Time key="time" value={started} /> : '–')],
          next != null && [t('campaigns.cell.retried'), <Time key="next" value={next} />],
          scripts.length > 0 && [t('campaigns.cell.scripts'), scripts.join(', ')],
        ]}
      />
      {error && (
        <Alert isInline variant="danger" title={error.message ?? ''} style={{ marginBlockStart: '1rem' }}>
          <CopyText value={error.code ?? ''} />
        </Alert>
      )}
    </>
  );
}

function Settings({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const percent = Math.round(campaign.max_failure_rate * 1_000) / 10;
  const facts: Detail[] = [
    [t('campaigns.column.target'), campaign.target_version ? <CopyText key="v" value={campaign.target_version} /> : t('campaigns.previous')],
    [t('campaigns.settings.canaries'), count(campaign.canary)],
    [t('campaigns.settings.waveSize'), count(campaign.wave_size)],
    [t('campaigns.settings.parallelism'), count(campaign.parallelism)],
    [
      t('campaigns.settings.tolerance'),
      campaign.max_failures == null ? t('campaigns.settings.rate', { percent }) : t('campaigns.settings.orCount', { count: campaign.max_failures, percent }),
    ],
    [t('campaigns.settings.backup'), t(campaign.backup_first ? 'common.yes' : 'common.no')],
    [t('campaigns.settings.lockTimeout'), duration(campaign.lock_timeout_ms)],
    [t('campaigns.settings.statementTimeout'), duration(campaign.statement_timeout_ms)],
    [t('campaigns.column.started'), <Time key="at" value={campaign.created_at} />],
    campaign.finished_at != null && [t('campaigns.column.took'), durationBetween(campaign.created_at, campaign.finished_at)],
    [t('campaigns.settings.id'), <CopyId key="id" id={campaign.id} />],
    campaign.rollback_of != null && [
      t('campaigns.settings.rollbackOf'),
      <AppLink key="of" to="/campaigns/$campaignId" params={{ campaignId: campaign.rollback_of }}>
        {shortId(campaign.rollback_of)}
      </AppLink>,
    ],
  ];
  return <Details items={facts} />;
}

/** The buttons for what the campaign's status and the user's role permit. */
function Actions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const buttons = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState<'cancel' | 'rollback'>();
  const [busy, setBusy] = useState<CampaignAction>();
  const [backupFirst, setBackupFirst] = useState(true);
  if (!can('operator')) return null;
  const failed = campaign.tenants.failed;
  const path = { params: { path: { campaign_id: campaign.id } } };

  async function send(action: CampaignAction) {
    if (action === 'rollback') {
      const { data } = await http.POST('/api/backup/v1/campaigns/{campaign_id}/rollback', { params: { ...path.params, query: { backup_first: String(backupFirst) } } });
      void navigate({ to: '/campaigns/$campaignId', params: { campaignId: data!.id } });
    } else if (action === 'pause') await http.POST('/api/backup/v1/campaigns/{campaign_id}/pause', path);
    else if (action === 'resume') await http.POST('/api/backup/v1/campaigns/{campaign_id}/resume', path);
    else if (action === 'retry') await http.POST('/api/backup/v1/campaigns/{campaign_id}/retry', path);
    else await http.POST('/api/backup/v1/campaigns/{campaign_id}/cancel', path);
    showToast('success', t(`campaigns.done.${action}`));
    await queries.invalidateQueries({ predicate: ({ queryKey: [, called] }) => String(called).includes('/v1/campaigns') });
  }

  async function act(action: CampaignAction) {
    if (action === 'cancel' || action === 'rollback') {
      setAsked(action);
      return;
    }
    setBusy(action);
    try {
      await send(action);
    } catch (error) {
      const { title, detail, advice } = explain(error);
      showToast('danger', title, detail ?? advice);
    } finally {
      setBusy(undefined);
      // The button is gone; the focus stays among those that have come in its place.
      requestAnimationFrame(() => document.activeElement === document.body && buttons.current?.querySelector('button')?.focus());
    }
  }

  return (
    <div ref={buttons} className="tn-page-header__actions">
      {actionsFor(campaign).map((action, index) => (
        <Button
          key={action}
          variant={action === 'cancel' ? 'link' : index === 0 ? 'primary' : 'secondary'}
          isDanger={action === 'cancel' || action === 'rollback'}
          isLoading={busy === action}
          isDisabled={busy !== undefined}
          onClick={() => void act(action)}
        >
          {action === 'retry' ? t('campaigns.action.retry', { count: failed }) : t(`campaigns.action.${action}`)}
        </Button>
      ))}
      {asked === 'cancel' && (
        <DestructiveDialog
          title={t('campaigns.cancelTitle')}
          lost={t('campaigns.cancelLost', { returnObjects: true }) as string[]}
          confirm={t('campaigns.action.cancel')}
          onConfirm={() => send('cancel')}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === 'rollback' && (
        <DestructiveDialog
          title={t('campaigns.rollbackTitle')}
          lost={t('campaigns.rollbackLost', { returnObjects: true, count: campaign.tenants.completed }) as unknown as string[]}
          name={campaign.blueprint}
          confirm={t('campaigns.action.rollback')}
          onConfirm={() => send('rollback')}
          onClose={() => setAsked(undefined)}
        >
          <Checkbox id="backup-first" label={t('campaigns.rollbackBackup')} isChecked={backupFirst} onChange={(_, isChecked) => setBackupFirst(isChecked)} />
        </DestructiveDialog>
      )}
    </div>
  );
}
