import { Button, Progress } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Ingestion, type Tenant } from '../../../api/client';
import { ApiError } from '../../../api/problem';
import { Can } from '../../../components/Can';
import { DestructiveDialog } from '../../../components/DestructiveDialog';
import { Field } from '../../../components/Field';
import { FormDialog } from '../../../components/FormDialog';
import { count } from '../../../components/format';
import { Loaded } from '../../../components/Loaded';
import { Panel } from '../../../components/Panel';
import { statusText } from '../../../components/StatusLabel';
import type { TabProps } from '../TenantScreen';

/** What a tenant may have at most: keys and services, events a second. */
export const LimitsTab = ({ tenant }: TabProps) => (
  <>
    <QuotaPanel tenant={tenant} />
    <RatePanel tenant={tenant} />
  </>
);

function QuotaPanel({ tenant }: TabProps) {
  const { t } = useTranslation();
  const [isEditing, setEditing] = useState(false);
  const quotas = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}/quotas', { params: { path: { tenant_id: tenant.tenant_id } } });
  return (
    <Panel
      title={t('tenant.limits.quotas')}
      actions={
        <Can role="admin">
          <Button variant="secondary" isDisabled={!quotas.data} onClick={() => setEditing(true)}>
            {t('tenant.limits.change')}
          </Button>
        </Can>
      }
    >
      <Loaded query={quotas} lines={3}>
        {({ items }) => (
          <div className="tn-stack">
            {items.map(({ resource, quota, used }) => (
              <Progress
                key={resource}
                title={statusText(resource)}
                value={Math.min(used, quota)}
                max={Math.max(quota, 1)}
                label={t('tenant.limits.used', { used: count(used), quota: count(quota) })}
                valueText={t('tenant.limits.used', { used: count(used), quota: count(quota) })}
                // A tenant has one database, and may have one.
                variant={used >= quota && quota !== 1 ? 'warning' : undefined}
              />
            ))}
            {isEditing && <QuotaDialog tenant={tenant} items={items} onClose={() => setEditing(false)} />}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

const isWhole = (text: string, max: number) => /^\d{1,9}$/.test(text) && Number(text) <= max;

function QuotaDialog({ tenant, items, onClose }: TabProps & { items: Tenant['Item'][]; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const quotaOf = (resource: string) => String(items.find((item) => item.resource === resource)?.quota ?? 0);
  const [keys, setKeys] = useState(quotaOf('api_keys'));
  const [services, setServices] = useState(quotaOf('services'));
  return (
    <FormDialog
      title={t('tenant.limits.change')}
      description={t('tenant.limits.changeBody')}
      submit={t('common.save')}
      isValid={isWhole(keys, 10_000) && isWhole(services, 3)}
      onSubmit={async () => {
        await http.PATCH('/api/tenant/v1/tenants/{tenant_id}/quotas', { params: { path: { tenant_id: tenant.tenant_id } }, body: { api_keys: Number(keys), services: Number(services) } });
        await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).endsWith('/quotas') });
      }}
      onClose={onClose}
    >
      <Field label={t('tenant.limits.keys')} type="number" value={keys} onChange={setKeys} problem={isWhole(keys, 10_000) ? undefined : t('tenant.limits.upTo', { max: '10,000' })} isFocused />
      <Field label={t('tenant.limits.services')} type="number" value={services} onChange={setServices} problem={isWhole(services, 3) ? undefined : t('tenant.limits.upTo', { max: '3' })} />
    </FormDialog>
  );
}

function RatePanel({ tenant }: TabProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'change' | 'remove'>();
  const params = { path: { kind: 'tenant', id: tenant.tenant_id } };
  const rate = api.useQuery('get', '/api/ingestion/v1/limits/{kind}/{id}', { params });
  const isAbsent = rate.error instanceof ApiError && rate.error.status === 404;
  const refresh = () => queries.resetQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith('/api/ingestion/v1/limits/') });
  return (
    <Panel
      title={t('tenant.limits.rate')}
      actions={
        <Can role="operator">
          <Button variant="secondary" isDisabled={!rate.data && !isAbsent} onClick={() => setOpen('change')}>
            {t('tenant.limits.changeRate')}
          </Button>
          {rate.data && (
            <Button variant="link" isDanger onClick={() => setOpen('remove')}>
              {t('tenant.limits.remove')}
            </Button>
          )}
        </Can>
      }
    >
      {isAbsent ? (
        <p className="tn-muted">{t('tenant.limits.noRate')}</p>
      ) : (
        <Loaded query={rate} lines={1}>
          {({ events, period_seconds }) => <p>{t('tenant.limits.rateText', { events: count(events), seconds: count(period_seconds) })}</p>}
        </Loaded>
      )}
      {open === 'change' && (
        <RateDialog
          rate={isAbsent ? undefined : rate.data}
          onSave={async (body) => {
            await http.PUT('/api/ingestion/v1/limits/{kind}/{id}', { params, body });
            await refresh();
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open === 'remove' && (
        <DestructiveDialog
          isReversible
          title={t('tenant.limits.removeTitle', { name: tenant.name })}
          lost={[t('tenant.limits.removeEffect')]}
          confirm={t('tenant.limits.remove')}
          onConfirm={async () => {
            await http.DELETE('/api/ingestion/v1/limits/{kind}/{id}', { params });
            await refresh();
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Panel>
  );
}

interface RateDialogProps {
  rate?: Ingestion['RateLimit'];
  onSave: (rate: Ingestion['RateLimit']) => Promise<void>;
  onClose: () => void;
}

function RateDialog({ rate, onSave, onClose }: RateDialogProps) {
  const { t } = useTranslation();
  const [events, setEvents] = useState(String(rate?.events ?? 100));
  const [seconds, setSeconds] = useState(String(rate?.period_seconds ?? 1));
  const isValid = isWhole(events, 1_000_000_000) && Number(events) > 0 && isWhole(seconds, 86_400) && Number(seconds) > 0;
  return (
    <FormDialog title={t('tenant.limits.changeRate')} description={t('tenant.limits.rateHelp')} submit={t('common.save')} isValid={isValid} onSubmit={() => onSave({ events: Number(events), period_seconds: Number(seconds) })} onClose={onClose}>
      <Field label={t('tenant.limits.events')} type="number" value={events} onChange={setEvents} isFocused />
      <Field label={t('tenant.limits.seconds')} type="number" value={seconds} onChange={setSeconds} />
    </FormDialog>
  );
}
