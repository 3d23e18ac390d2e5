import { Button, Form, FormGroup, PageSection, TextInput } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from '../../components/AppLink';
import { isUuid } from '../../components/format';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { TenantLink } from '../../components/TenantLink';
import { LimitCard } from './LimitCard';

const route = getRouteApi('/limits');

export function LimitsScreen() {
  const { t } = useTranslation();
  const { tenant } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(tenant ?? '');
  return (
    <>
      <PageHeader title={t('limits.title')} description={t('limits.description')} />
      <PageSection hasBodyWrapper={false} isFilled>
        <div className="tn-split">
          <Panel title={t('limits.ofTenant')} isFullHeight>
              <Form
                onSubmit={(event) => {
                  event.preventDefault();
                  void navigate({ search: { tenant: typed.trim() } });
                }}
              >
                <FormGroup label={t('limits.tenant')} fieldId="tenant-id">
                  <TextInput id="tenant-id" className="tn-mono" value={typed} onChange={(_, value) => setTyped(value)} />
                </FormGroup>
                {tenant && isUuid(tenant) && (
                  <p>
                    <TenantLink id={tenant} />
                  </p>
                )}
                <div>
                  <Button type="submit" variant="secondary" isDisabled={!isUuid(typed.trim())}>
                    {t('limits.show')}
                  </Button>
                </div>
              </Form>
              <p className="tn-muted" style={{ marginBlockStart: '1rem' }}>
                {t('limits.ofInstances')} <AppLink to="/instances">{t('limits.toInstances')}</AppLink>
              </p>
            </Panel>
          {tenant && isUuid(tenant) && <LimitCard key={tenant} kind="tenants" id={tenant} />}
        </div>
      </PageSection>
    </>
  );
}
