import { Button, Form, FormGroup, PageSection, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Ingestion } from '../../api/client';
import { showToast } from '../../app/toasts';
import { Can } from '../../components/Can';
import { CopyId, CopyText } from '../../components/CopyText';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Details, type Detail } from '../../components/Details';
import { FailureAlert } from '../../components/Failure';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { InstanceState } from './InstancesScreen';
import { LimitCard } from './LimitCard';

type Instance = Ingestion['InstanceView'];

const route = getRouteApi('/instances/of/$name');

export function InstanceScreen() {
  const { t } = useTranslation();
  const { name } = route.useParams();
  const query = api.useQuery('get', '/api/ingestion/v1/instances/{name}', { params: { path: { name } } });
  return (
    <>
      <PageHeader
        title={name}
        parents={[{ label: t('instances.title'), to: '/instances' }]}
        badges={query.data && <InstanceState instance={query.data} />}
        actions={
          query.data && (
            <Can role="operator">
              <Actions instance={query.data} />
            </Can>
          )
        }
      />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={query} lines={8}>
          {(instance) => (
            <div className="tn-split">
              <Settings instance={instance} />
              <div className="tn-stack">
                <LimitCard kind="instances" id={instance.instance_id} />
                <Can role="operator">
                  <SecretCard instance={instance} />
                </Can>
              </div>
            </div>
          )}
        </Loaded>
      </PageSection>
    </>
  );
}

function Settings({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { effective } = instance;
  /** What applies, and where it comes from if the instance does not say it. */
  const setting = (own: ReactNode, inEffect: ReactNode) =>
    inEffect == null || inEffect === '' ? (
      <span className="tn-muted">{t('instances.one.unset')}</span>
    ) : (
      <>
        {inEffect} {(own == null || own === '') && <span className="tn-muted">({t('instances.one.inherited')})</span>}
      </>
    );
  const timeout = (seconds?: number | null) => (seconds == null ? undefined : t('instances.one.seconds', { count: seconds }));
  const facts: Detail[] = [
    [t('instances.tenant'), instance.tenant_id ? <TenantLink key="tenant" id={instance.tenant_id} /> : '–'],
    [t('instances.channel'), instance.channel_type],
    [t('instances.one.path'), <CopyText key="path" value={`/webhook/evolution/${instance.name}`} />],
    [t('instances.secret'), t(instance.webhook_secret ? 'instances.hasSecret' : 'instances.noSecret')],
    [t('instances.one.signing'), t(`instances.one.signings.${instance.webhook_signing}`)],
    [t('instances.one.url'), setting(instance.evolution_url, effective.evolution_url)],
    [t('instances.one.key'), setting(instance.evolution_key, effective.evolution_key)],
    [t('instances.one.whatsapp'), setting(instance.whatsapp_instance, effective.whatsapp_instance)],
    [t('instances.one.prefix'), setting(instance.session_id_prefix, effective.session_id_prefix)],
    [t('instances.one.agentUrl'), setting(instance.agent_api_url, effective.agent_api_url)],
    [t('instances.one.agentKey'), setting(instance.agent_api_key, effective.agent_api_key)],
    [t('instances.one.agent'), setting(instance.default_agent, effective.default_agent)],
    [t('instances.one.timeout'), setting(timeout(instance.agent_timeout), timeout(effective.agent_timeout))],
    [t('instances.updated'), <Time key="updated" value={instance.updated_at} />],
    [t('instances.one.id'), <CopyId key="id" id={instance.instance_id} />],
  ];
  return (
    <Panel title={t('instances.one.settings')} isFullHeight>
        <Details items={facts} />
      </Panel>
  );
}

function useChange(instance: Instance) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return async (body: Ingestion['ChangeInstance']) => {
    await http.PATCH('/api/ingestion/v1/instances/{name}', { params: { path: { name: instance.name } }, body });
    showToast('success', t('instances.one.changed', { name: instance.name }));
    await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/instances') });
  };
}

function Actions({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const change = useChange(instance);
  const [asked, setAsked] = useState<'delete' | 'deactivate'>();
  const { name } = instance;
  const path = { params: { path: { name } } };
  const act = useMutation({
    mutationFn: async (action: 'activate' | 'default') => {
      if (action === 'activate') return change({ is_active: true });
      await http.POST('/api/ingestion/v1/instances/{name}/set-default', path);
      await queries.invalidateQueries({ predicate: ({ queryKey: [, read] }) => String(read).includes('/instances') });
    },
    onError: () => showToast('danger', t('failure.unexpected.title')),
  });
  return (
    <>
      {!instance.is_default && (
        <Button variant="secondary" isDisabled={act.isPending} onClick={() => act.mutate('default')}>
          {t('instances.one.setDefault')}
        </Button>
      )}
      {instance.is_active ? (
        <Button variant="secondary" onClick={() => setAsked('deactivate')}>
          {t('instances.one.deactivate')}
        </Button>
      ) : (
        <Button variant="secondary" isDisabled={act.isPending} onClick={() => act.mutate('activate')}>
          {t('instances.one.activate')}
        </Button>
      )}
      <Button variant="secondary" isDanger onClick={() => setAsked('delete')}>
        {t('instances.one.delete')}
      </Button>
      {asked === 'deactivate' && (
        <DestructiveDialog
          title={t('instances.one.deactivateTitle', { name })}
          lost={t('instances.one.deactivateLost', { returnObjects: true }) as string[]}
          isReversible
          confirm={t('instances.one.deactivate')}
          onConfirm={() => change({ is_active: false })}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === 'delete' && (
        <DestructiveDialog
          title={t('instances.one.deleteTitle', { name })}
          lost={t('instances.one.deleteLost', { returnObjects: true }) as string[]}
          name={name}
          confirm={t('instances.one.delete')}
          onConfirm={async () => {
            await http.DELETE('/api/ingestion/v1/instances/{name}', path);
            showToast('success', t('instances.one.deleted', { name }));
            await navigate({ to: '/instances' });
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** A new secret for the webhook; the one in use is never shown. */
function SecretCard({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const change = useChange(instance);
  const [secret, setSecret] = useState('');
  const save = useMutation({
    mutationFn: async () => {
      await change({ webhook_secret: secret });
      setSecret('');
    },
  });
  return (
    <Panel title={t('instances.secret')}>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <FormGroup label={t('instances.one.newSecret')} fieldId="secret">
            <TextInput id="secret" type="password" value={secret} onChange={(_, value) => setSecret(value)} autoComplete="new-password" />
          </FormGroup>
          <FailureAlert error={save.error} />
          <div>
            <Button type="submit" variant="secondary" isDisabled={secret === '' || save.isPending}>
              {t('instances.one.change')}
            </Button>
          </div>
        </Form>
      </Panel>
  );
}
