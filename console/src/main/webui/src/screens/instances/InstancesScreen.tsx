import { Label, LabelGroup, PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api, type Ingestion } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';

type Instance = Ingestion['InstanceView'];

export function InstanceState({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  return (
    <LabelGroup>
      <Label isCompact variant="outline" status={instance.is_active ? 'success' : 'warning'}>
        {t(instance.is_active ? 'instances.active' : 'instances.inactive')}
      </Label>
      {instance.is_default && (
        <Label isCompact variant="outline" color="blue">
          {t('instances.default')}
        </Label>
      )}
    </LabelGroup>
  );
}

export function InstancesScreen() {
  const { t } = useTranslation();
  const query = api.useInfiniteQuery('get', '/api/ingestion/v1/instances', { params: { query: { limit: PAGE_SIZE } } }, paged);
  const columns: Column<Instance>[] = [
    {
      key: 'name',
      title: t('instances.name'),
      cell: ({ name }) => (
        <AppLink to="/instances/of/$name" params={{ name }}>
          {name}
        </AppLink>
      ),
    },
    { key: 'tenant', title: t('instances.tenant'), cell: ({ tenant_id: id }) => (id ? <TenantLink id={id} /> : '–') },
    { key: 'channel', title: t('instances.channel'), cell: ({ channel_type: type }) => type },
    { key: 'state', title: t('instances.state'), cell: (instance) => <InstanceState instance={instance} /> },
    { key: 'secret', title: t('instances.secret'), cell: ({ webhook_secret: secret }) => (secret ? t('instances.hasSecret') : <span className="tn-muted">{t('instances.noSecret')}</span>) },
    { key: 'updated', title: t('instances.updated'), cell: ({ updated_at: at }) => <Time value={at} /> },
  ];
  const create = (
    <Can role="operator">
      <AppLink to="/instances/new" className="pf-v6-c-button pf-m-primary">
        {t('instances.create')}
      </AppLink>
    </Can>
  );
  return (
    <>
      <PageHeader title={t('instances.title')} description={t('instances.description')} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <PagedTable label={t('instances.title')} query={query} columns={columns} rowId={({ name }) => name} empty={<Nothing title={t('instances.empty')} body={t('instances.emptyBody')} action={create} />} />
      </PageSection>
    </>
  );
}
