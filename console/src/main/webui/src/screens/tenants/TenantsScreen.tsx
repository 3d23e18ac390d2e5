import { Button, PageSection, ToolbarItem } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Tenant } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { ActionMenu } from '../../components/ActionMenu';
import { AppLink } from '../../components/AppLink';
import { Can, useCan } from '../../components/Can';
import { CopyId } from '../../components/CopyText';
import { Filters } from '../../components/Filters';
import { shortVersion } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel, statusText } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import type { BulkAction } from './bulk';
import { BulkDialog } from './BulkDialog';
import { CreateTenantDialog } from './CreateTenantDialog';
import { ENVIRONMENTS, STATUSES } from './filters';

const route = getRouteApi('/tenants');

/** All tenants, with filters that the service applies, and actions on several at once. */
export function TenantsScreen() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { name, ...filters } = search;
  const tenants = api.useInfiniteQuery('get', '/api/tenant/v1/tenants', { params: { query: { ...filters, name_prefix: name, limit: PAGE_SIZE } } }, paged);
  const blueprints = api.useQuery('get', '/api/tenant/v1/blueprints');
  const clusters = api.useQuery('get', '/api/tenant/v1/clusters');
  const [selected, setSelected] = useState<ReadonlyMap<string, Tenant['Tenant']>>(new Map());
  const [bulk, setBulk] = useState<BulkAction>();
  const [isCreating, setCreating] = useState(false);
  const isFiltered = Object.values(search).some(Boolean);

  const columns: Column<Tenant['Tenant']>[] = [
    {
      key: 'name',
      title: t('tenants.name'),
      width: 25,
      cell: (tenant) => (
        <AppLink to="/tenants/$tenantId/{-$tab}" params={{ tenantId: tenant.tenant_id }} className="tn-strong">
          {tenant.name}
        </AppLink>
      ),
    },
    { key: 'id', title: t('tenants.id'), cell: (tenant) => <CopyId id={tenant.tenant_id} /> },
    { key: 'status', title: t('tenants.status'), cell: (tenant) => <StatusLabel status={tenant.status} /> },
    { key: 'environment', title: t('tenants.environment'), cell: (tenant) => statusText(tenant.environment) },
    {
      key: 'blueprint',
      title: t('tenants.blueprint'),
      cell: (tenant) => (
        <>
          {tenant.blueprint} <code className="tn-mono tn-muted">{shortVersion(tenant.blueprint_version)}</code>
        </>
      ),
    },
    { key: 'cluster', title: t('tenants.cluster'), cell: (tenant) => (tenant.database ? tenant.database.cluster : <span className="tn-muted">{tenant.region}</span>) },
    { key: 'created', title: t('tenants.created'), cell: (tenant) => <Time value={tenant.created_at} /> },
  ];

  const actions: BulkAction[] = ['suspend', 'resume', 'migrate'];
  return (
    <>
      <PageHeader
        title={t('tenants.title')}
        description={t('tenants.description')}
        actions={
          <Can role="operator">
            <Button onClick={() => setCreating(true)}>{t('tenants.create.open')}</Button>
          </Can>
        }
      />
      <PageSection hasBodyWrapper={false}>
        <Filters
          values={search}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[
            { key: 'name', label: t('tenants.namePrefix'), kind: 'text' },
            { key: 'status', label: t('tenants.status'), kind: 'choice', options: STATUSES },
            { key: 'environment', label: t('tenants.environment'), kind: 'choice', options: ENVIRONMENTS },
            { key: 'blueprint', label: t('tenants.blueprint'), kind: 'choice', options: unique(blueprints.data?.items.map((one) => one.name)), text: String },
            { key: 'region', label: t('tenants.region'), kind: 'choice', options: unique(clusters.data?.items.map((one) => one.region)), text: String },
          ]}
          actions={
            can('operator') && (
              <ToolbarItem>
                <ActionMenu
                  label={t('common.actions')}
                  text={selected.size > 0 ? t('tenants.bulk.actions', { count: selected.size }) : t('common.actions')}
                  isDisabled={selected.size === 0}
                  actions={actions.map((action) => ({ key: action, label: t(`tenants.bulk.${action}.open`), onClick: () => setBulk(action) }))}
                />
              </ToolbarItem>
            )
          }
        />
        <PagedTable
          label={t('tenants.title')}
          query={tenants}
          columns={columns}
          rowId={(tenant) => tenant.tenant_id}
          rowLabel={(tenant) => tenant.name}
          selection={can('operator') ? { selected, onChange: setSelected } : undefined}
          empty={
            isFiltered ? (
              <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} />
            ) : (
              <Nothing
                title={t('tenants.none')}
                body={t('tenants.noneBody')}
                action={
                  <Can role="operator">
                    <Button onClick={() => setCreating(true)}>{t('tenants.create.open')}</Button>
                  </Can>
                }
              />
            )
          }
        />
      </PageSection>
      {bulk && (
        <BulkDialog
          action={bulk}
          tenants={[...selected.values()]}
          onClose={() => {
            setBulk(undefined);
            setSelected(new Map());
          }}
        />
      )}
      {isCreating && <CreateTenantDialog onClose={() => setCreating(false)} />}
    </>
  );
}

const unique = (values: string[] = []) => [...new Set(values)].sort();
