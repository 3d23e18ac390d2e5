import { Alert, Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader, Progress } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tenant } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { explain } from '../../components/Failure';
import { StatusLabel } from '../../components/StatusLabel';
import { perform, runEach, type BulkAction, type BulkState } from './bulk';

interface BulkDialogProps {
  action: BulkAction;
  tenants: Tenant['Tenant'][];
  onClose: () => void;
}

/** Asks, then does one thing to each of several tenants and shows how each one ended. */
export function BulkDialog({ action, tenants, onClose }: BulkDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [backupFirst, setBackupFirst] = useState(true);
  const [states, setStates] = useState<ReadonlyMap<string, BulkState>>();
  const ended = tenants.filter(({ tenant_id }) => ['completed', 'failed'].includes(states?.get(tenant_id)?.status ?? '')).length;
  const failed = tenants.filter(({ tenant_id }) => states?.get(tenant_id)?.status === 'failed');
  const isRunning = states !== undefined && ended < states.size;

  async function run(ids: string[]) {
    setStates(new Map(ids.map((id) => [id, { status: 'pending' }])));
    await runEach(
      ids,
      (id) => perform(action, id, { backupFirst }),
      (id, state) => setStates((before) => new Map(before).set(id, state)),
    );
    void queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'session' });
  }

  const shown = states ? tenants.filter(({ tenant_id }) => states.has(tenant_id)) : tenants;
  return (
    <Modal isOpen variant="medium" onClose={isRunning ? undefined : onClose} aria-labelledby="bulk-title">
      <ModalHeader title={t(`tenants.bulk.${action}.title`, { count: tenants.length })} labelId="bulk-title" description={t(`tenants.bulk.${action}.description`)} />
      <ModalBody className="tn-stack">
        {action === 'migrate' && !states && (
          <Checkbox id="backup-first" label={t('tenants.bulk.backupFirst')} isChecked={backupFirst} onChange={(_, checked) => setBackupFirst(checked)} />
        )}
        {states && (
          <Progress
            title={t('tenants.bulk.progress')}
            value={ended}
            max={states.size}
            label={t('tenants.bulk.of', { ended, count: states.size })}
            valueText={t('tenants.bulk.of', { ended, count: states.size })}
            variant={ended < states.size ? undefined : failed.length > 0 ? 'warning' : 'success'}
          />
        )}
        {states && !isRunning && failed.length > 0 && <Alert isInline variant="warning" title={t('tenants.bulk.failed', { count: failed.length })} />}
        <ul className="tn-results" aria-label={t('tenants.bulk.results')} aria-live="polite">
          {shown.map((tenant) => {
            const state = states?.get(tenant.tenant_id);
            return (
              <li key={tenant.tenant_id}>
                <AppLink to="/tenants/$tenantId/{-$tab}" params={{ tenantId: tenant.tenant_id }} target="_blank">
                  {tenant.name}
                </AppLink>
                <StatusLabel status={state?.status ?? tenant.status} />
                {state?.status === 'failed' && <Reason error={state.error} />}
              </li>
            );
          })}
        </ul>
      </ModalBody>
      <ModalFooter>
        {!states && (
          <Button variant={action === 'suspend' ? 'danger' : 'primary'} onClick={() => void run(tenants.map(({ tenant_id }) => tenant_id))}>
            {t(`tenants.bulk.${action}.confirm`, { count: tenants.length })}
          </Button>
        )}
        {states && !isRunning && failed.length > 0 && (
          <Button variant="secondary" onClick={() => void run(failed.map(({ tenant_id }) => tenant_id))}>
            {t('tenants.bulk.retryFailed')}
          </Button>
        )}
        <Button variant={states ? 'primary' : 'link'} isDisabled={isRunning} onClick={onClose}>
          {t(states ? 'common.close' : 'common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function Reason({ error }: { error: unknown }) {
  const { title, detail, code } = explain(error);
  return (
    <span className="tn-results__reason">
      {detail ?? title} {code && <code>{code}</code>}
    </span>
  );
}
