import { PageSection } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Filters } from '../../components/Filters';
import { PageHeader } from '../../components/PageHeader';
import { AuditTable } from './AuditTable';

const route = getRouteApi('/audit');

/** Who did what, in all services. */
export function AuditScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title={t('audit.title')} description={t('audit.description')} />
      <PageSection hasBodyWrapper={false}>
        <Filters
          values={search}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[
            { key: 'action', label: t('audit.action'), kind: 'text' },
            { key: 'actor', label: t('audit.actor'), kind: 'text' },
            { key: 'outcome', label: t('audit.outcome'), kind: 'choice', options: ['succeeded', 'refused', 'failed'] },
            { key: 'tenant_id', label: t('audit.tenantId'), kind: 'text' },
            { key: 'from', label: t('audit.from'), kind: 'time' },
            { key: 'to', label: t('audit.to'), kind: 'time' },
          ]}
        />
        <AuditTable filter={search} />
      </PageSection>
    </>
  );
}
