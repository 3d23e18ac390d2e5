import { Bullseye, Spinner, Title } from '@patternfly/react-core';
import { LockIcon } from '@patternfly/react-icons';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { FailureState } from '../components/Failure';
import { Nothing } from '../components/Nothing';
import { DeliveriesPanel } from '../webhooks/DeliveriesPanel';
import { EndpointsPanel } from '../webhooks/EndpointsPanel';
import { useWebhookClient } from '../webhooks/client';

/** The tenant that the link is for, as long as the link is valid. */
export const WHOAMI = '/api/tenant/v1/whoami';

/** Webhooks of one tenant, for the tenant's own users, who came by a short-lived link. */
export function Portal({ hasToken }: { hasToken: boolean }) {
  const { t } = useTranslation();
  const { api } = useWebhookClient();
  const caller = api.useQuery('get', WHOAMI, {}, { enabled: hasToken, refetchInterval: 60_000 });
  useEffect(() => {
    document.title = t('portal.title');
  }, [t]);

  const hasEnded = caller.error instanceof ApiError && (caller.error.status === 401 || caller.error.status === 403);
  const tenantId = caller.data?.tenant_id;
  if (!hasToken || hasEnded || (caller.data && !tenantId)) {
    return (
      <main className="tn-portal">
        <Nothing isPage icon={LockIcon} title={t('portal.ended')} body={t('portal.endedBody')} />
      </main>
    );
  }
  return (
    <main className="tn-portal">
      <header>
        <Title headingLevel="h1" size="2xl">
          {t('portal.title')}
        </Title>
        <p className="tn-muted">{t('portal.description')}</p>
      </header>
      {tenantId ? (
        <>
          <EndpointsPanel tenantId={tenantId} canChange />
          <DeliveriesPanel tenantId={tenantId} canChange />
        </>
      ) : caller.error ? (
        <FailureState error={caller.error} onRetry={() => void caller.refetch()} />
      ) : (
        <Bullseye>
          <Spinner aria-label={t('common.loading')} />
        </Bullseye>
      )}
    </main>
  );
}
