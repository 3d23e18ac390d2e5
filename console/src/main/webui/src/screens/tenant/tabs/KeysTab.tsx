import { Button } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Tenant } from '../../../api/client';
import { PAGE_SIZE, paged } from '../../../api/paged';
import { ActionMenu } from '../../../components/ActionMenu';
import { Can, useCan } from '../../../components/Can';
import { CopyId } from '../../../components/CopyText';
import { DestructiveDialog } from '../../../components/DestructiveDialog';
import { Field } from '../../../components/Field';
import { FormDialog } from '../../../components/FormDialog';
import { Nothing } from '../../../components/Nothing';
import { PagedTable, type Column } from '../../../components/PagedTable';
import { Panel } from '../../../components/Panel';
import { SecretDialog } from '../../../components/SecretDialog';
import { StatusLabel } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import type { TabProps } from '../TenantScreen';

type Open = { what: 'create' } | { what: 'rotate' | 'revoke'; key: Tenant['ApiKey'] } | { what: 'secret'; issued: Tenant['IssuedKey'] };

/** A tenant's API keys. */
export function KeysTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const path = { tenant_id: tenant.tenant_id };
  const keys = api.useInfiniteQuery('get', '/api/tenant/v1/tenants/{tenant_id}/api-keys', { params: { path, query: { limit: PAGE_SIZE } } }, paged);
  const refresh = () => queries.invalidateQueries({ predicate: ({ queryKey: [, called] }) => String(called).startsWith('/api/tenant/v1/tenants/{tenant_id}') });

  const columns: Column<Tenant['ApiKey']>[] = [
    { key: 'name', title: t('tenants.name'), cell: (key) => key.name },
    { key: 'id', title: t('tenants.id'), cell: (key) => <CopyId id={key.key_id} /> },
    { key: 'status', title: t('tenants.status'), cell: (key) => <StatusLabel status={key.status} /> },
    { key: 'scopes', title: t('tenant.keys.scopes'), cell: (key) => key.scopes.join(', ') },
    { key: 'created', title: t('tenants.created'), cell: (key) => <Time value={key.created_at} /> },
    { key: 'expires', title: t('tenant.keys.expires'), cell: (key) => <Time value={key.expires_at} none={t('tenant.keys.never')} /> },
    { key: 'used', title: t('tenant.keys.used'), cell: (key) => <Time value={key.last_used_at} none={t('tenant.keys.never')} /> },
    {
      key: 'actions',
      title: '',
      cell: (key) =>
        key.status === 'active' && (
          <ActionMenu
            label={t('common.actions')}
            actions={[
              can('operator') && { key: 'rotate', label: t('tenant.keys.rotate'), onClick: () => setOpen({ what: 'rotate', key }) },
              can('operator') && { key: 'revoke', label: t('tenant.keys.revoke'), isDanger: true, onClick: () => setOpen({ what: 'revoke', key }) },
            ]}
          />
        ),
    },
  ];
  const button = (
    <Can role="operator">
      <Button variant="secondary" onClick={() => setOpen({ what: 'create' })}>
        {t('tenant.keys.create')}
      </Button>
    </Can>
  );
  return (
    <Panel title={t('tenant.tab.keys')} actions={button}>
      <PagedTable isPlain label={t('tenant.tab.keys')} query={keys} columns={columns} rowId={(key) => key.key_id} empty={<Nothing title={t('tenant.keys.none')} body={t('tenant.keys.noneBody')} action={button} />} />
      {open?.what === 'create' && <CreateKeyDialog tenant={tenant} onIssued={(issued) => setOpen({ what: 'secret', issued })} refresh={refresh} onClose={() => setOpen((now) => (now?.what === 'create' ? undefined : now))} />}
      {open?.what === 'rotate' && (
        <DestructiveDialog
          isReversible
          title={t('tenant.keys.rotateTitle', { name: open.key.name })}
          lost={[t('tenant.keys.rotateEffect')]}
          confirm={t('tenant.keys.rotate')}
          onConfirm={async () => {
            const { data } = await http.POST('/api/tenant/v1/tenants/{tenant_id}/api-keys/{key_id}/rotate', { params: { path: { ...path, key_id: open.key.key_id } }, body: {} });
            await refresh();
            setOpen({ what: 'secret', issued: data! });
          }}
          onClose={() => setOpen((now) => (now?.what === 'rotate' ? undefined : now))}
        />
      )}
      {open?.what === 'revoke' && (
        <DestructiveDialog
          title={t('tenant.keys.revokeTitle', { name: open.key.name })}
          lost={[t('tenant.keys.revokeEffect')]}
          name={open.key.name}
          confirm={t('tenant.keys.revoke')}
          onConfirm={async () => {
            await http.DELETE('/api/tenant/v1/tenants/{tenant_id}/api-keys/{key_id}', { params: { path: { ...path, key_id: open.key.key_id } } });
            await refresh();
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === 'secret' && <SecretDialog title={t('tenant.keys.issued', { name: open.issued.name })} secrets={[{ label: t('tenant.keys.key'), value: open.issued.key }]} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

const SCOPES = { default: undefined, read: ['read'], webhooks: ['webhooks'] } as const;

interface CreateKeyDialogProps extends TabProps {
  onIssued: (key: Tenant['IssuedKey']) => void;
  refresh: () => Promise<unknown>;
  onClose: () => void;
}

function CreateKeyDialog({ tenant, onIssued, refresh, onClose }: CreateKeyDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<keyof typeof SCOPES>('default');
  const [expiry, setExpiry] = useState('');
  return (
    <FormDialog
      title={t('tenant.keys.create')}
      submit={t('tenant.keys.create')}
      isValid={name.trim() !== ''}
      onSubmit={async () => {
        const { data } = await http.POST('/api/tenant/v1/tenants/{tenant_id}/api-keys', {
          params: { path: { tenant_id: tenant.tenant_id } },
          body: { name: name.trim(), scopes: SCOPES[scopes]?.slice(), expires_at: expiry ? new Date(expiry).toISOString() : undefined },
        });
        await refresh();
        onIssued(data!);
      }}
      onClose={onClose}
    >
      <Field label={t('tenants.name')} value={name} onChange={setName} help={t('tenant.keys.nameHelp')} isRequired isFocused />
      <Field
        label={t('tenant.keys.scopes')}
        value={scopes}
        onChange={(value) => setScopes(value as keyof typeof SCOPES)}
        options={(Object.keys(SCOPES) as (keyof typeof SCOPES)[]).map((value) => ({ value, label: t(`tenant.keys.scope.${value}`) }))}
      />
      <Field label={t('tenant.keys.expires')} type="datetime-local" value={expiry} onChange={setExpiry} help={t('tenant.keys.expiryHelp')} />
    </FormDialog>
  );
}
