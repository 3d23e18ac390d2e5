import { Alert, Button } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tenant } from '../api/client';
import { PAGE_SIZE, paged } from '../api/paged';
import { ActionMenu } from '../components/ActionMenu';
import { CopyId } from '../components/CopyText';
import { DestructiveDialog } from '../components/DestructiveDialog';
import { FailureAlert } from '../components/Failure';
import { Field } from '../components/Field';
import { FormDialog } from '../components/FormDialog';
import { Nothing } from '../components/Nothing';
import { PagedTable, type Column } from '../components/PagedTable';
import { Panel } from '../components/Panel';
import { SecretDialog } from '../components/SecretDialog';
import { StatusLabel } from '../components/StatusLabel';
import { Time } from '../components/Time';
import { useWebhookClient } from './client';

type Open =
  | { what: 'create' }
  | { what: 'edit' | 'delete' | 'rotate'; endpoint: Tenant['Endpoint'] }
  | { what: 'secret'; secret: string };

interface EndpointsPanelProps {
  tenantId: string;
  /** Whether the user may change endpoints. */
  canChange: boolean;
}

/** A tenant's webhook endpoints. */
export function EndpointsPanel({ tenantId, canChange }: EndpointsPanelProps) {
  const { t } = useTranslation();
  const { http, api } = useWebhookClient();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const [tested, setTested] = useState<{ url: string; result: Tenant['TestResult'] }>();
  const [error, setError] = useState<unknown>();
  const path = { tenant_id: tenantId };
  const endpoints = api.useInfiniteQuery('get', '/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints', { params: { path, query: { limit: PAGE_SIZE } } }, paged);
  const refresh = () => queries.invalidateQueries({ predicate: ({ queryKey: [, called] }) => String(called).includes('/webhooks/') });

  async function change(call: () => Promise<unknown>) {
    setError(undefined);
    setTested(undefined);
    try {
      await call();
    } catch (failure) {
      setError(failure);
    }
    await refresh();
  }

  const columns: Column<Tenant['Endpoint']>[] = [
    {
      key: 'url',
      title: t('webhooks.url'),
      width: 40,
      cell: (endpoint) => (
        <>
          <div className="tn-strong">{endpoint.url}</div>
          {endpoint.description && <div className="tn-hint">{endpoint.description}</div>}
          {endpoint.disabled_reason && <div className="tn-results__reason">{endpoint.disabled_reason}</div>}
        </>
      ),
    },
    { key: 'status', title: t('tenants.status'), cell: (endpoint) => <StatusLabel status={endpoint.status} /> },
    { key: 'types', title: t('webhooks.types'), cell: (endpoint) => (endpoint.event_types.length > 0 ? endpoint.event_types.join(', ') : t('common.all')) },
    { key: 'id', title: t('tenants.id'), cell: (endpoint) => <CopyId id={endpoint.endpoint_id} /> },
    { key: 'failing', title: t('webhooks.failingSince'), cell: (endpoint) => <Time value={endpoint.failing_since} /> },
    {
      key: 'actions',
      title: '',
      cell: (endpoint) => {
        const params = { path: { ...path, endpoint_id: endpoint.endpoint_id } };
        return (
          <ActionMenu
            label={t('common.actions')}
            actions={[
              canChange && {
                key: 'test',
                label: t('webhooks.test'),
                onClick: () =>
                  void change(async () => {
                    const { data } = await http.POST('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}/test', { params, body: {} });
                    setTested({ url: endpoint.url, result: data! });
                  }),
              },
              canChange && { key: 'edit', label: t('webhooks.edit'), onClick: () => setOpen({ what: 'edit', endpoint }) },
              canChange &&
                endpoint.status === 'active' && {
                  key: 'pause',
                  label: t('webhooks.pause'),
                  onClick: () => void change(() => http.POST('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}/pause', { params })),
                },
              canChange &&
                endpoint.status !== 'active' && {
                  key: 'resume',
                  label: t('webhooks.resume'),
                  onClick: () => void change(() => http.POST('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}/resume', { params })),
                },
              canChange && { key: 'rotate', label: t('webhooks.rotate'), onClick: () => setOpen({ what: 'rotate', endpoint }) },
              canChange && { key: 'delete', label: t('webhooks.delete'), isDanger: true, onClick: () => setOpen({ what: 'delete', endpoint }) },
            ]}
          />
        );
      },
    },
  ];
  const button = canChange && (
    <Button variant="secondary" onClick={() => setOpen({ what: 'create' })}>
      {t('webhooks.create')}
    </Button>
  );
  return (
    <Panel title={t('webhooks.endpoints')} actions={button}>
      <FailureAlert error={error} />
      {tested && (
        <Alert isInline variant={tested.result.accepted ? 'success' : 'danger'} title={t(tested.result.accepted ? 'webhooks.testAccepted' : 'webhooks.testRefused', { url: tested.url })}>
          {t('webhooks.testDetail', { code: tested.result.code ?? '–', ms: tested.result.latency_ms })} {tested.result.error}
        </Alert>
      )}
      <PagedTable
        isPlain
        label={t('webhooks.endpoints')}
        query={endpoints}
        columns={columns}
        rowId={(endpoint) => endpoint.endpoint_id}
        empty={<Nothing title={t('webhooks.none')} body={t('webhooks.noneBody')} action={button} />}
      />
      {(open?.what === 'create' || open?.what === 'edit') && (
        <EndpointDialog
          tenantId={tenantId}
          endpoint={open.what === 'edit' ? open.endpoint : undefined}
          onSaved={async (secret) => {
            await refresh();
            setOpen(secret ? { what: 'secret', secret } : undefined);
          }}
          onClose={() => setOpen((now) => (now?.what === 'secret' ? now : undefined))}
        />
      )}
      {open?.what === 'rotate' && (
        <DestructiveDialog
          isReversible
          title={t('webhooks.rotateTitle')}
          lost={[t('webhooks.rotateEffect')]}
          confirm={t('webhooks.rotate')}
          onConfirm={async () => {
            const { data } = await http.POST('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}/rotate-secret', { params: { path: { ...path, endpoint_id: open.endpoint.endpoint_id } }, body: {} });
            await refresh();
            if (data?.secret) setOpen({ what: 'secret', secret: data.secret });
          }}
          onClose={() => setOpen((now) => (now?.what === 'secret' ? now : undefined))}
        />
      )}
      {open?.what === 'delete' && (
        <DestructiveDialog
          title={t('webhooks.deleteTitle')}
          lost={[t('webhooks.deleteEffect', { url: open.endpoint.url }), t('webhooks.deleteLog')]}
          name={new URL(open.endpoint.url).host}
          confirm={t('webhooks.delete')}
          onConfirm={async () => {
            await http.DELETE('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}', { params: { path: { ...path, endpoint_id: open.endpoint.endpoint_id } } });
            await refresh();
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === 'secret' && <SecretDialog title={t('webhooks.secretTitle')} secrets={[{ label: t('webhooks.secret'), value: open.secret }]} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

interface EndpointDialogProps {
  tenantId: string;
  endpoint?: Tenant['Endpoint'];
  onSaved: (secret?: string) => Promise<void>;
  onClose: () => void;
}

function EndpointDialog({ tenantId, endpoint, onSaved, onClose }: EndpointDialogProps) {
  const { t } = useTranslation();
  const { http } = useWebhookClient();
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [description, setDescription] = useState(endpoint?.description ?? '');
  const [types, setTypes] = useState(endpoint?.event_types.join(', ') ?? '');
  const [ordered, setOrdered] = useState(String(endpoint?.ordered ?? false));
  const body = {
    url: url.trim(),
    description: description.trim() || undefined,
    event_types: types.split(/[\s,]+/).filter(Boolean),
    ordered: ordered === 'true',
  };
  return (
    <FormDialog
      title={t(endpoint ? 'webhooks.edit' : 'webhooks.create')}
      description={t('webhooks.dialog')}
      submit={t(endpoint ? 'common.save' : 'webhooks.create')}
      isValid={URL.canParse(url)}
      onSubmit={async () => {
        if (endpoint) {
          await http.PATCH('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}', { params: { path: { tenant_id: tenantId, endpoint_id: endpoint.endpoint_id } }, body });
          await onSaved();
        } else {
          const { data } = await http.POST('/api/tenant/v1/tenants/{tenant_id}/webhooks/endpoints', { params: { path: { tenant_id: tenantId } }, body });
          await onSaved(data?.secret ?? undefined);
        }
      }}
      onClose={onClose}
    >
      <Field label={t('webhooks.url')} type="url" value={url} onChange={setUrl} help={t('webhooks.urlHelp')} isRequired isFocused />
      <Field label={t('webhooks.description')} value={description} onChange={setDescription} />
      <Field label={t('webhooks.types')} value={types} onChange={setTypes} help={t('webhooks.typesHelp')} />
      <Field
        label={t('webhooks.ordered')}
        value={ordered}
        onChange={setOrdered}
        help={t('webhooks.orderedHelp')}
        options={[
          { value: 'false', label: t('common.no') },
          { value: 'true', label: t('common.yes') },
        ]}
      />
    </FormDialog>
  );
}
