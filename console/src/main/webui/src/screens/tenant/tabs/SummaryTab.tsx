import { Alert, Button, Gallery, ProgressStep, ProgressStepper } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, type Tenant } from '../../../api/client';
import { Can } from '../../../components/Can';
import { CopyText } from '../../../components/CopyText';
import { Details } from '../../../components/Details';
import { FailureAlert } from '../../../components/Failure';
import { durationBetween } from '../../../components/format';
import { Panel } from '../../../components/Panel';
import { statusText } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import { humanise, textOf } from '../../../i18n';
import type { TabProps } from '../TenantScreen';
import { AppLink } from '../../../components/AppLink';

/** What a tenant is, where its data is, and how its provisioning went or goes. */
export function SummaryTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const steps = tenant.provisioning ?? [];
  const metadata = tenant.metadata && Object.keys(tenant.metadata).length > 0 ? JSON.stringify(tenant.metadata, null, 2) : undefined;
  return (
    <>
      {steps.length > 0 && (
        <Panel title={t('tenant.provisioning.title')}>
          <ProgressStepper aria-label={t('tenant.provisioning.title')}>
            {steps.map((step) => (
              <Step key={step.step} step={step} />
            ))}
          </ProgressStepper>
        </Panel>
      )}
      <Gallery hasGutter minWidths={{ default: '100%', lg: '28rem' }}>
        <Panel title={t('tenant.about')} isFullHeight>
          <Details
            items={[
              [t('tenants.environment'), statusText(tenant.environment)],
              [t('tenants.blueprint'), <AppLink to="/blueprints/$name" params={{ name: tenant.blueprint }}>{tenant.blueprint}</AppLink>],
              [t('tenant.version'), <CopyText value={tenant.blueprint_version} />],
              [t('tenants.region'), tenant.region],
              [t('tenant.services'), tenant.services.length > 0 ? tenant.services.map(statusText).join(', ') : t('common.none')],
              [t('tenant.externalId'), tenant.external_id && <CopyText value={tenant.external_id} />],
              [t('tenant.owner'), tenant.owner_id],
              [t('tenant.organization'), tenant.organization_id],
              [t('tenants.created'), <Time value={tenant.created_at} />],
              [t('tenant.updated'), <Time value={tenant.updated_at} />],
              [t('tenant.deleted'), tenant.deleted_at && <Time value={tenant.deleted_at} />],
            ]}
          />
        </Panel>
        <Panel title={t('tenant.database.title')} isFullHeight>
          {tenant.database ? (
            <div className="tn-stack">
              <Details
                items={[
                  [t('tenants.cluster'), <AppLink to="/clusters">{tenant.database.cluster}</AppLink>],
                  [t('tenant.database.server'), <CopyText value={`${tenant.database.host}:${tenant.database.port}`} />],
                  [t('tenant.database.name'), <CopyText value={tenant.database.name} />],
                  [t('tenant.database.schema'), tenant.database.schema && <CopyText value={tenant.database.schema} />],
                  [t('tenant.database.role'), <CopyText value={tenant.database.role} />],
                  [t('tenant.database.credentials'), tenant.database.credentials_version],
                ]}
              />
              <Can role="admin">
                <ConnectionString tenantId={tenant.tenant_id} />
              </Can>
            </div>
          ) : (
            <p className="tn-muted">{t('tenant.database.none')}</p>
          )}
        </Panel>
      </Gallery>
      {metadata && (
        <Panel title={t('tenant.metadata')}>
          <pre className="tn-code">{metadata}</pre>
        </Panel>
      )}
    </>
  );
}

const VARIANTS: Record<string, 'success' | 'danger' | 'info' | 'warning' | 'pending'> = { completed: 'success', failed: 'danger', running: 'info', rolled_back: 'warning', undone: 'warning', skipped: 'warning' };

function Step({ step }: { step: Tenant['StepState'] }) {
  const { t } = useTranslation();
  const took = durationBetween(step.started_at, step.finished_at);
  const variant = VARIANTS[step.status] ?? 'pending';
  return (
    <ProgressStep
      id={`step-${step.step}`}
      titleId={`step-${step.step}-title`}
      variant={variant}
      isCurrent={variant === 'info'}
      aria-label={`${step.step} ${statusText(step.status)}`}
      description={[took ?? statusText(step.status), step.attempts > 1 ? t('tenant.provisioning.attempts', { count: step.attempts }) : undefined].filter(Boolean).join(' · ')}
    >
      {textOf(`tenant.provisioning.step.${step.step}`) ?? humanise(step.step)}
    </ProgressStep>
  );
}

/** Shown on request only: reading it is recorded in the audit log. */
function ConnectionString({ tenantId }: { tenantId: string }) {
  const { t } = useTranslation();
  const [connection, setConnection] = useState<Tenant['Connection']>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function show() {
    setBusy(true);
    setError(undefined);
    try {
      // Not kept with the other data of the page: it is gone when the tab is left.
      const { data } = await http.GET('/api/tenant/v1/tenants/{tenant_id}/connection-string', { params: { path: { tenant_id: tenantId } } });
      setConnection(data);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  if (!connection) {
    return (
      <div className="tn-stack">
        <FailureAlert error={error} />
        <div>
          <Button variant="secondary" onClick={() => void show()} isLoading={isBusy} isDisabled={isBusy}>
            {t('tenant.connection.show')}
          </Button>
          <p className="tn-hint">{t('tenant.connection.audited')}</p>
        </div>
      </div>
    );
  }
  return (
    <Alert isInline variant="warning" title={t('tenant.connection.title')} actionLinks={<Button variant="link" isInline onClick={() => setConnection(undefined)}>{t('tenant.connection.hide')}</Button>}>
      <CopyText value={connection.connection_string} />
      {connection.ssl_root_certificate && <pre className="tn-code">{connection.ssl_root_certificate}</pre>}
    </Alert>
  );
}
