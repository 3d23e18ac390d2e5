import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, type Tenant } from '../../../api/client';
import { Can, useCan } from '../../../components/Can';
import { DestructiveDialog } from '../../../components/DestructiveDialog';
import { FailureAlert } from '../../../components/Failure';
import { exactTime } from '../../../components/format';
import { Panel } from '../../../components/Panel';
import { SecretDialog } from '../../../components/SecretDialog';
import { DeliveriesPanel } from '../../../webhooks/DeliveriesPanel';
import { EndpointsPanel } from '../../../webhooks/EndpointsPanel';
import type { TabProps } from '../TenantScreen';

/** A tenant's webhooks, and links to the portal where its own users manage them. */
export function WebhooksTab({ tenant }: TabProps) {
  const canChange = useCan()('operator');
  return (
    <>
      <EndpointsPanel tenantId={tenant.tenant_id} canChange={canChange} />
      <DeliveriesPanel tenantId={tenant.tenant_id} canChange={canChange} />
      <Can role="operator">
        <PortalPanel tenant={tenant} />
      </Can>
    </>
  );
}

function PortalPanel({ tenant }: TabProps) {
  const { t } = useTranslation();
  const [link, setLink] = useState<Tenant['PortalLink']>();
  const [error, setError] = useState<unknown>();
  const [isRevoking, setRevoking] = useState(false);
  const params = { path: { tenant_id: tenant.tenant_id } };

  async function create() {
    setError(undefined);
    try {
      const { data } = await http.POST('/api/tenant/v1/tenants/{tenant_id}/portal-links', { params, body: {} });
      setLink(data);
    } catch (failure) {
      setError(failure);
    }
  }

  return (
    <Panel
      title={t('webhooks.portal.title')}
      actions={
        <>
          <Button variant="secondary" onClick={() => void create()}>
            {t('webhooks.portal.create')}
          </Button>
          <Button variant="link" isDanger onClick={() => setRevoking(true)}>
            {t('webhooks.portal.revoke')}
          </Button>
        </>
      }
    >
      <FailureAlert error={error} />
      <p className="tn-muted">{t('webhooks.portal.explanation')}</p>
      {link && (
        <SecretDialog
          title={`${t('webhooks.portal.created')}: ${t('webhooks.portal.expires', { time: exactTime(link.expires_at) })}`}
          secrets={link.url ? [{ label: t('webhooks.portal.url'), value: link.url }] : [{ label: t('webhooks.portal.token'), value: link.token }]}
          onClose={() => setLink(undefined)}
        />
      )}
      {isRevoking && (
        <DestructiveDialog
          title={t('webhooks.portal.revokeTitle', { name: tenant.name })}
          lost={[t('webhooks.portal.revokeEffect')]}
          confirm={t('webhooks.portal.revoke')}
          onConfirm={() => http.DELETE('/api/tenant/v1/tenants/{tenant_id}/portal-links', { params })}
          onClose={() => setRevoking(false)}
        />
      )}
    </Panel>
  );
}
