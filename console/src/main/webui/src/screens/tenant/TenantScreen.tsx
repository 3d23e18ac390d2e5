import { Alert, PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Tenant } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { CopyText } from '../../components/CopyText';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { TenantActions } from './TenantActions';

export interface TabProps {
  tenant: Tenant['Tenant'];
}

const tab = (load: () => Promise<Record<string, ComponentType<TabProps>>>) => lazy(async () => ({ default: Object.values(await load())[0]! }));

const TABS = {
  summary: tab(() => import('./tabs/SummaryTab')),
  timeline: tab(() => import('./tabs/TimelineTab')),
  backups: tab(() => import('./tabs/BackupsTab')),
  restores: tab(() => import('./tabs/RestoresTab')),
  migrations: tab(() => import('./tabs/MigrationsTab')),
  events: tab(() => import('./tabs/EventsTab')),
  keys: tab(() => import('./tabs/KeysTab')),
  services: tab(() => import('./tabs/ServicesTab')),
  webhooks: tab(() => import('./tabs/WebhooksTab')),
  limits: tab(() => import('./tabs/LimitsTab')),
  audit: tab(() => import('./tabs/AuditTab')),
};
type TabName = keyof typeof TABS;

/** How often a tenant in transition is read, to show its steps as they happen. */
const STEPS_MS = 1_000;
const IN_TRANSITION = ['registered', 'provisioning', 'rolling_back', 'deleting'];

const route = getRouteApi('/tenants/$tenantId/{-$tab}');

/** Everything about one tenant. */
export function TenantScreen() {
  const { t } = useTranslation();
  const { tenantId, tab } = route.useParams();
  const navigate = route.useNavigate();
  const active: TabName = tab && tab in TABS ? (tab as TabName) : 'summary';
  const Content = TABS[active];
  const query = api.useQuery(
    'get',
    '/api/tenant/v1/tenants/{tenant_id}',
    { params: { path: { tenant_id: tenantId } } },
    { refetchInterval: ({ state }) => (IN_TRANSITION.includes(state.data?.status ?? '') ? STEPS_MS : 30_000) },
  );

  return (
    <Loaded query={query} lines={8} header={<PageHeader title={t('tenant.about')} parents={[{ label: t('tenants.title'), to: '/tenants' }]} description={<CopyText value={tenantId} />} />}>
      {(tenant) => (
        <>
          <PageHeader
            title={tenant.name}
            parents={[{ label: t('tenants.title'), to: '/tenants' }]}
            badges={<StatusLabel status={tenant.status} isCompact={false} />}
            description={
              <>
                <CopyText value={tenant.tenant_id} /> <span>{t('tenant.createdPrefix')}</span> <Time value={tenant.created_at} />
              </>
            }
            actions={
              <>
                <AppLink to="/usage/$tenantId" params={{ tenantId }} className="tn-page-header__link">
                  {t('tenant.usage')}
                </AppLink>
                <TenantActions tenant={tenant} />
              </>
            }
          />
          <DeletionNotice tenant={tenant} />
          <PageSection hasBodyWrapper={false} type="tabs" className="tn-tabs">
            <Tabs
              activeKey={active}
              aria-label={t('tenant.tabs')}
              onSelect={(event, key) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                void navigate({ params: { tenantId, tab: key === 'summary' ? undefined : String(key) } });
              }}
            >
              {(Object.keys(TABS) as TabName[]).map((name) => (
                <Tab
                  key={name}
                  eventKey={name}
                  tabContentId="tenant-tab"
                  href={name === 'summary' ? `/tenants/${tenantId}` : `/tenants/${tenantId}/${name}`}
                  title={<TabTitleText>{t(`tenant.tab.${name}`)}</TabTitleText>}
                />
              ))}
            </Tabs>
          </PageSection>
          <PageSection hasBodyWrapper={false} className="tn-stack" id="tenant-tab" role="tabpanel" aria-label={t(`tenant.tab.${active}`)}>
            <Suspense fallback={<Loaded query={{ data: undefined, error: null, refetch: query.refetch }}>{() => null}</Loaded>}>
              <Content tenant={tenant} />
            </Suspense>
          </PageSection>
        </>
      )}
    </Loaded>
  );
}

/** A deletion that waits for its final backup, or that was cancelled because there was none. */
function DeletionNotice({ tenant: { last_deletion: deletion, status } }: TabProps) {
  const { t } = useTranslation();
  if (!deletion || status === 'deleted') return null;
  return (
    <PageSection hasBodyWrapper={false}>
      <Alert isInline variant={deletion.failure ? 'danger' : 'warning'} title={t(deletion.failure ? 'tenant.deletion.failed' : 'tenant.deletion.waiting')}>
        {deletion.failure ?? (
          <>
            {t('tenant.deletion.deadline')} <Time value={deletion.deadline} />
          </>
        )}
      </Alert>
    </PageSection>
  );
}
