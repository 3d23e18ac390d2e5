import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tenant } from '../api/client';
import { PAGE_SIZE, paged } from '../api/paged';
import { CopyId } from '../components/CopyText';
import { Details } from '../components/Details';
import { FailureAlert } from '../components/Failure';
import { Filters } from '../components/Filters';
import { Loaded } from '../components/Loaded';
import { Nothing } from '../components/Nothing';
import { PagedTable, type Column } from '../components/PagedTable';
import { Panel } from '../components/Panel';
import { StatusLabel } from '../components/StatusLabel';
import { Time } from '../components/Time';
import { useWebhookClient } from './client';

interface DeliveriesPanelProps {
  tenantId: string;
  canChange: boolean;
}

/** What was sent to a tenant's webhook endpoints, and what they answered. */
export function DeliveriesPanel({ tenantId, canChange }: DeliveriesPanelProps) {
  const { t } = useTranslation();
  const { api } = useWebhookClient();
  const [filter, setFilter] = useState<{ status?: string; type?: string }>({});
  const [shown, setShown] = useState<string>();
  const deliveries = api.useInfiniteQuery(
    'get',
    '/api/tenant/v1/tenants/{tenant_id}/webhooks/deliveries',
    { params: { path: { tenant_id: tenantId }, query: { ...filter, limit: PAGE_SIZE } } },
    paged,
  );
  const columns: Column<Tenant['Delivery']>[] = [
    { key: 'time', title: t('audit.time'), cell: (delivery) => <Time value={delivery.created_at} /> },
    {
      key: 'type',
      title: t('webhooks.type'),
      cell: (delivery) => (
        <Button variant="link" isInline onClick={() => setShown(delivery.delivery_id)}>
          {delivery.type}
        </Button>
      ),
    },
    { key: 'status', title: t('tenants.status'), cell: (delivery) => <StatusLabel status={delivery.status} /> },
    { key: 'attempts', title: t('webhooks.attempts'), isNumber: true, cell: (delivery) => delivery.attempts },
    { key: 'answer', title: t('webhooks.answer'), cell: (delivery) => delivery.last_error ?? delivery.last_code ?? '–' },
    { key: 'next', title: t('webhooks.nextAttempt'), cell: (delivery) => <Time value={delivery.next_attempt_at} /> },
    { key: 'endpoint', title: t('webhooks.endpoint'), cell: (delivery) => <CopyId id={delivery.endpoint_id} /> },
  ];
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <Panel title={t('webhooks.deliveries')}>
      <Filters
        values={filter}
        onChange={(change) => setFilter((before) => ({ ...before, ...change }))}
        filters={[
          { key: 'status', label: t('tenants.status'), kind: 'choice', options: ['pending', 'delivered', 'failed'] },
          { key: 'type', label: t('webhooks.type'), kind: 'text' },
        ]}
      />
      <PagedTable
        isPlain
        label={t('webhooks.deliveries')}
        query={deliveries}
        columns={columns}
        rowId={(delivery) => delivery.delivery_id}
        empty={isFiltered ? <Nothing isFiltered title={t('table.filtered')} body={t('table.filteredBody')} /> : <Nothing title={t('webhooks.noDeliveries')} body={t('webhooks.noDeliveriesBody')} />}
      />
      {shown && <DeliveryDialog tenantId={tenantId} deliveryId={shown} canChange={canChange} onClose={() => setShown(undefined)} />}
    </Panel>
  );
}

interface DeliveryDialogProps extends DeliveriesPanelProps {
  deliveryId: string;
  onClose: () => void;
}

function DeliveryDialog({ tenantId, deliveryId, canChange, onClose }: DeliveryDialogProps) {
  const { t } = useTranslation();
  const { http, api } = useWebhookClient();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const params = { path: { tenant_id: tenantId, delivery_id: deliveryId } };
  const details = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}/webhooks/deliveries/{delivery_id}', { params });

  async function resend() {
    setError(undefined);
    try {
      await http.POST('/api/tenant/v1/tenants/{tenant_id}/webhooks/deliveries/{delivery_id}/resend', { params });
      await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/webhooks/') });
    } catch (failure) {
      setError(failure);
    }
  }

  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="delivery-title">
      <ModalHeader title={t('webhooks.delivery')} labelId="delivery-title" />
      <ModalBody>
        <Loaded query={details} lines={8}>
          {({ delivery, attempts, payload }) => (
            <div className="tn-stack">
              <FailureAlert error={error} />
              <Details
                items={[
                  [t('webhooks.type'), delivery.type],
                  [t('tenants.status'), <StatusLabel status={delivery.status} />],
                  [t('webhooks.messageId'), <CopyId id={delivery.webhook_id} />],
                  [t('audit.time'), <Time value={delivery.created_at} />],
                  [t('webhooks.nextAttempt'), delivery.next_attempt_at && <Time value={delivery.next_attempt_at} />],
                ]}
              />
              <ol className="tn-timeline">
                {attempts.map((attempt) => (
                  <li key={attempt.attempt}>
                    <span className="tn-timeline__time">
                      <Time value={attempt.attempted_at} />
                    </span>
                    <span className="tn-timeline__what">
                      {t('webhooks.attempt', { number: attempt.attempt, answer: attempt.code ?? attempt.error ?? '–', ms: attempt.latency_ms })}
                      {attempt.response && <pre className="tn-code">{attempt.response}</pre>}
                    </span>
                  </li>
                ))}
              </ol>
              <pre className="tn-code">{pretty(payload)}</pre>
            </div>
          )}
        </Loaded>
      </ModalBody>
      <ModalFooter>
        {canChange && (
          <Button variant="secondary" onClick={() => void resend()}>
            {t('webhooks.resend')}
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {t('common.close')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
