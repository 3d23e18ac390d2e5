import { Checkbox, FormGroup } from '@patternfly/react-core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Tenant } from '../../api/client';
import { statusText } from '../../components/StatusLabel';
import { Field } from '../../components/Field';
import { FormDialog } from '../../components/FormDialog';
import { ENVIRONMENTS, NAME } from './filters';

const SERVICES = ['auth', 'realtime', 'storage'] as const;

/** Creates a tenant and opens its page, which shows the steps of its provisioning. */
export function CreateTenantDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const blueprints = api.useQuery('get', '/api/tenant/v1/blueprints');
  const clusters = api.useQuery('get', '/api/tenant/v1/clusters');
  const [name, setName] = useState('');
  const [environment, setEnvironment] = useState<string>('production');
  const [blueprint, setBlueprint] = useState('');
  const [region, setRegion] = useState('');
  const [services, setServices] = useState<readonly Tenant['ServiceType'][]>([]);
  const names = [...new Set(blueprints.data?.items.map((one) => one.name))];
  const regions = [...new Set(clusters.data?.items.map((cluster) => cluster.region))].sort();

  async function create() {
    const { data } = await http.POST('/api/tenant/v1/tenants', {
      params: { header: { Prefer: 'respond-async' } },
      body: {
        name,
        environment: environment as Tenant['Environment'],
        blueprint: blueprint || undefined,
        region: region || undefined,
        services: services.length > 0 ? [...services] : undefined,
      },
    });
    const tenantId = data && 'tenant_id' in data ? data.tenant_id : undefined;
    if (tenantId) await navigate({ to: '/tenants/$tenantId/{-$tab}', params: { tenantId } });
  }

  return (
    <FormDialog title={t('tenants.create.title')} description={t('tenants.create.description')} submit={t('tenants.create.submit')} isValid={NAME.test(name)} onSubmit={create} onClose={onClose}>
      <Field
        label={t('tenants.name')}
        value={name}
        onChange={setName}
        help={t('tenants.create.nameHelp')}
        problem={name === '' || NAME.test(name) ? undefined : t('tenants.create.nameProblem')}
        isRequired
        isFocused
      />
      <Field label={t('tenants.environment')} value={environment} onChange={setEnvironment} options={ENVIRONMENTS.map((value) => ({ value, label: statusText(value) }))} />
      <Field
        label={t('tenants.blueprint')}
        value={blueprint}
        onChange={setBlueprint}
        options={[{ value: '', label: t('tenants.create.defaultBlueprint') }, ...names.map((value) => ({ value, label: value }))]}
      />
      <Field
        label={t('tenants.region')}
        value={region}
        onChange={setRegion}
        options={[{ value: '', label: t('tenants.create.anyRegion') }, ...regions.map((value) => ({ value, label: value }))]}
      />
      <FormGroup role="group" label={t('tenants.create.services')} fieldId="services">
        {SERVICES.map((service) => (
          <Checkbox
            key={service}
            id={`service-${service}`}
            label={statusText(service)}
            isChecked={services.includes(service)}
            onChange={(_, checked) => setServices(checked ? [...services, service] : services.filter((one) => one !== service))}
          />
        ))}
      </FormGroup>
    </FormDialog>
  );
}
