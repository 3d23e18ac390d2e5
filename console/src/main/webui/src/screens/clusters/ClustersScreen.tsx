import { Gallery, PageSection, Progress } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Tenant } from '../../api/client';
import { ActionMenu } from '../../components/ActionMenu';
import { AppLink } from '../../components/AppLink';
import { useCan } from '../../components/Can';
import { CopyText } from '../../components/CopyText';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Details } from '../../components/Details';
import { Field } from '../../components/Field';
import { FormDialog } from '../../components/FormDialog';
import { count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';

import { isFull, isNearlyFull } from './room';

type Open = { what: 'drain' | 'activate' | 'capacity'; cluster: Tenant['RegisteredCluster'] };

/** The PostgreSQL servers that hold tenants, with the room that is left on each. */
export function ClustersScreen() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const clusters = api.useQuery('get', '/api/tenant/v1/clusters');
  const change = async (name: string, body: { status?: string; capacity?: number }) => {
    await http.PATCH('/api/tenant/v1/clusters/{name}', { params: { path: { name } }, body });
    await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith('/api/tenant/v1/clusters') });
  };
  const close = () => setOpen(undefined);

  return (
    <>
      <PageHeader title={t('clusters.title')} description={t('clusters.description')} />
      <PageSection hasBodyWrapper={false}>
        <Loaded query={clusters} lines={6}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing title={t('clusters.none')} body={t('clusters.noneBody')} />
            ) : (
              <Gallery hasGutter minWidths={{ default: '100%', md: '22rem' }}>
                {items.map((cluster) => (
                  <Panel
                    key={cluster.name}
                    isFullHeight
                    title={cluster.name}
                    actions={
                      <>
                        <StatusLabel status={cluster.status} />
                        <ActionMenu
                          label={t('clusters.actions', { name: cluster.name })}
                          actions={[
                            can('admin') && cluster.status === 'active' && { key: 'drain', label: t('clusters.drain'), onClick: () => setOpen({ what: 'drain', cluster }) },
                            can('admin') && cluster.status === 'draining' && { key: 'activate', label: t('clusters.activate'), onClick: () => setOpen({ what: 'activate', cluster }) },
                            can('admin') && { key: 'capacity', label: t('clusters.changeCapacity'), onClick: () => setOpen({ what: 'capacity', cluster }) },
                          ]}
                        />
                      </>
                    }
                  >
                    <div className="tn-stack">
                      <Progress
                        title={t('clusters.tenants')}
                        value={Math.min(cluster.tenants, cluster.capacity)}
                        max={Math.max(cluster.capacity, 1)}
                        label={t('clusters.used', { tenants: count(cluster.tenants), capacity: count(cluster.capacity) })}
                        valueText={t('clusters.used', { tenants: count(cluster.tenants), capacity: count(cluster.capacity) })}
                        variant={isFull(cluster) ? 'danger' : isNearlyFull(cluster) ? 'warning' : undefined}
                      />
                      <p className="tn-hint">{t('clusters.room', { room: count(Math.max(cluster.capacity - cluster.tenants, 0)) })}</p>
                      <Details
                        items={[
                          [t('tenants.region'), <AppLink to="/tenants" search={{ region: cluster.region }}>{cluster.region}</AppLink>],
                          [t('clusters.server'), <CopyText value={`${cluster.host}:${cluster.port}`} />],
                          [t('clusters.tls'), cluster.ssl_mode],
                          [t('tenant.updated'), <Time value={cluster.updated_at} />],
                        ]}
                      />
                    </div>
                  </Panel>
                ))}
              </Gallery>
            )
          }
        </Loaded>
      </PageSection>
      {open?.what === 'drain' && (
        <DestructiveDialog
          isReversible
          title={t('clusters.drainTitle', { name: open.cluster.name })}
          lost={[t('clusters.drainEffect'), t('clusters.drainStay', { count: open.cluster.tenants })]}
          confirm={t('clusters.drain')}
          onConfirm={() => change(open.cluster.name, { status: 'draining' })}
          onClose={close}
        />
      )}
      {open?.what === 'activate' && (
        <DestructiveDialog
          isReversible
          title={t('clusters.activateTitle', { name: open.cluster.name })}
          lost={[t('clusters.activateEffect')]}
          confirm={t('clusters.activate')}
          onConfirm={() => change(open.cluster.name, { status: 'active' })}
          onClose={close}
        />
      )}
      {open?.what === 'capacity' && <CapacityDialog cluster={open.cluster} onSave={(capacity) => change(open.cluster.name, { capacity })} onClose={close} />}
    </>
  );
}

interface CapacityDialogProps {
  cluster: Tenant['RegisteredCluster'];
  onSave: (capacity: number) => Promise<void>;
  onClose: () => void;
}

function CapacityDialog({ cluster, onSave, onClose }: CapacityDialogProps) {
  const { t } = useTranslation();
  const [capacity, setCapacity] = useState(String(cluster.capacity));
  const isValid = /^\d{1,9}$/.test(capacity);
  return (
    <FormDialog title={t('clusters.capacityTitle', { name: cluster.name })} description={t('clusters.capacityBody')} submit={t('common.save')} isValid={isValid} onSubmit={() => onSave(Number(capacity))} onClose={onClose}>
      <Field label={t('clusters.capacity')} type="number" value={capacity} onChange={setCapacity} problem={isValid ? undefined : t('clusters.capacityProblem')} isRequired isFocused />
    </FormDialog>
  );
}
