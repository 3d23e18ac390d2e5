import { PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api, type Tenant } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { CopyText } from '../../components/CopyText';
import { count } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { onePage } from '../../components/pages';
import { PagedTable, type Column } from '../../components/PagedTable';
import { PageHeader } from '../../components/PageHeader';
import { Time } from '../../components/Time';

/** What tenants can consist of, and how many tenants have the current version. */
export function BlueprintsScreen() {
  const { t } = useTranslation();
  const blueprints = api.useQuery('get', '/api/tenant/v1/blueprints');
  const summary = api.useQuery('get', '/api/backup/v1/migrations/summary');
  const number = (blueprint: Tenant['BlueprintVersion'], field: 'up_to_date' | 'pending' | 'failed' | 'drifted') => {
    const found = summary.data?.items.find((item) => item.blueprint === blueprint.name);
    return found ? count(found[field]) : summary.error ? '?' : '–';
  };
  const columns: Column<Tenant['BlueprintVersion']>[] = [
    {
      key: 'name',
      title: t('tenants.name'),
      cell: (blueprint) => (
        <AppLink to="/blueprints/$name" params={{ name: blueprint.name }} className="tn-strong">
          {blueprint.name}
        </AppLink>
      ),
    },
    { key: 'version', title: t('blueprints.current'), cell: (blueprint) => <CopyText value={blueprint.version} /> },
    { key: 'accepted', title: t('blueprints.accepted'), cell: (blueprint) => <Time value={blueprint.accepted_at} /> },
    { key: 'upToDate', title: t('blueprints.upToDate'), isNumber: true, cell: (blueprint) => number(blueprint, 'up_to_date') },
    { key: 'pending', title: t('blueprints.pending'), isNumber: true, cell: (blueprint) => number(blueprint, 'pending') },
    { key: 'failed', title: t('blueprints.failed'), isNumber: true, cell: (blueprint) => number(blueprint, 'failed') },
    { key: 'drifted', title: t('blueprints.drifted'), isNumber: true, cell: (blueprint) => number(blueprint, 'drifted') },
  ];
  return (
    <>
      <PageHeader title={t('blueprints.title')} description={t('blueprints.description')} />
      <PageSection hasBodyWrapper={false}>
        <PagedTable
          label={t('blueprints.title')}
          query={onePage(blueprints)}
          columns={columns}
          rowId={(blueprint) => blueprint.name}
          empty={<Nothing title={t('blueprints.none')} body={t('blueprints.noneBody')} />}
        />
      </PageSection>
    </>
  );
}
