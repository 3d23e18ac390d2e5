import { Button } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Tenant } from '../../../api/client';
import { showToast } from '../../../app/toasts';
import { ActionMenu } from '../../../components/ActionMenu';
import { Can, useCan } from '../../../components/Can';
import { DestructiveDialog } from '../../../components/DestructiveDialog';
import { explain } from '../../../components/Failure';
import { Nothing } from '../../../components/Nothing';
import { onePage } from '../../../components/pages';
import { PagedTable, type Column } from '../../../components/PagedTable';
import { Panel } from '../../../components/Panel';
import { StatusLabel, statusText } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import type { TabProps } from '../TenantScreen';

const SERVICES = ['auth', 'realtime', 'storage'] as const;

/** The services that a tenant is registered with. */
export function ServicesTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<Tenant['TenantService']>();
  const services = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}/services', { params: { path: { tenant_id: tenant.tenant_id } } });
  const missing = SERVICES.filter((type) => services.data && !services.data.items.some((service) => service.type === type));
  const params = (type: string) => ({ params: { path: { tenant_id: tenant.tenant_id, type } } });

  async function change(call: () => Promise<unknown>) {
    try {
      await call();
    } catch (error) {
      const { title, detail, advice } = explain(error);
      showToast('danger', title, detail ?? advice);
    }
    await refresh();
  }
  const refresh = () => queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith('/api/tenant/v1/tenants/{tenant_id}') });

  const columns: Column<Tenant['TenantService']>[] = [
    { key: 'type', title: t('tenant.serviceList.type'), cell: (service) => statusText(service.type) },
    { key: 'status', title: t('tenants.status'), cell: (service) => <StatusLabel status={service.status} /> },
    { key: 'registered', title: t('tenant.serviceList.registered'), cell: (service) => t(service.registered ? 'common.yes' : 'common.no') },
    { key: 'endpoint', title: t('tenant.serviceList.endpoint'), cell: (service) => service.endpoint ?? '–' },
    { key: 'checked', title: t('tenant.serviceList.checked'), cell: (service) => <Time value={service.checked_at} /> },
    { key: 'error', title: t('tenant.backups.error'), cell: (service) => service.error ?? '' },
    {
      key: 'actions',
      title: '',
      cell: (service) => (
        <ActionMenu
          label={t('common.actions')}
          actions={[
            can('operator') && service.status === 'disabled' && { key: 'enable', label: t('tenant.serviceList.enable'), onClick: () => void change(() => http.POST('/api/tenant/v1/tenants/{tenant_id}/services/{type}/enable', params(service.type))) },
            can('operator') && service.status !== 'disabled' && { key: 'disable', label: t('tenant.serviceList.disable'), onClick: () => void change(() => http.POST('/api/tenant/v1/tenants/{tenant_id}/services/{type}/disable', params(service.type))) },
            can('operator') && { key: 'remove', label: t('tenant.serviceList.remove'), isDanger: true, onClick: () => setRemoving(service) },
          ]}
        />
      ),
    },
  ];
  const add = (
    <Can role="operator">
      {missing.map((type) => (
        <Button key={type} variant="secondary" onClick={() => void change(() => http.PUT('/api/tenant/v1/tenants/{tenant_id}/services/{type}', params(type)))}>
          {t('tenant.serviceList.add', { type: statusText(type) })}
        </Button>
      ))}
    </Can>
  );
  return (
    <Panel title={t('tenant.tab.services')} actions={add}>
      <PagedTable
        isPlain
        label={t('tenant.tab.services')}
        query={onePage(services)}
        columns={columns}
        rowId={(service) => service.type}
        empty={<Nothing title={t('tenant.serviceList.none')} body={t('tenant.serviceList.noneBody')} />}
      />
      {removing && (
        <DestructiveDialog
          title={t('tenant.serviceList.removeTitle', { type: statusText(removing.type), name: tenant.name })}
          lost={[t('tenant.serviceList.removeEffect')]}
          name={removing.type}
          confirm={t('tenant.serviceList.remove')}
          onConfirm={async () => {
            await http.DELETE('/api/tenant/v1/tenants/{tenant_id}/services/{type}', params(removing.type));
            await refresh();
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Panel>
  );
}
