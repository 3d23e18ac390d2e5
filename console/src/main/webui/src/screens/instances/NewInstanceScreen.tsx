import { Button, Card, CardBody, Checkbox, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, PageSection, TextInput } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client';
import { showToast } from '../../app/toasts';
import { FailureAlert } from '../../components/Failure';
import { isUuid } from '../../components/format';
import { PageHeader } from '../../components/PageHeader';

const route = getRouteApi('/instances/new');

export function NewInstanceScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [instance, setInstance] = useState({ name: '', tenant: search.tenant ?? '', channel: '', secret: '', isDefault: false });
  const set = (change: Partial<typeof instance>) => setInstance({ ...instance, ...change });
  const isComplete = /^[A-Za-z0-9_-]{1,255}$/.test(instance.name) && isUuid(instance.tenant.trim());
  const create = useMutation({
    mutationFn: async () => {
      const { name } = instance;
      await http.POST('/api/ingestion/v1/instances', {
        body: {
          name,
          tenant_id: instance.tenant.trim(),
          channel_type: instance.channel.trim() || undefined,
          webhook_secret: instance.secret || undefined,
          is_default: instance.isDefault || undefined,
        },
      });
      showToast('success', t('instances.created', { name }));
      await navigate({ to: '/instances/of/$name', params: { name } });
    },
  });
  const help = (text: string) => (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{text}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
  return (
    <>
      <PageHeader title={t('instances.createTitle')} description={t('instances.createDescription')} parents={[{ label: t('instances.title'), to: '/instances' }]} />
      <PageSection hasBodyWrapper={false} isFilled>
        <Card style={{ maxWidth: '44rem' }}>
          <CardBody>
            <Form
              onSubmit={(event) => {
                event.preventDefault();
                if (isComplete) create.mutate();
              }}
            >
              <FormGroup label={t('instances.name')} fieldId="name" isRequired>
                <TextInput id="name" isRequired value={instance.name} onChange={(_, name) => set({ name })} autoComplete="off" />
                {help(t('instances.nameHelp'))}
              </FormGroup>
              <FormGroup label={t('instances.tenant')} fieldId="tenant" isRequired>
                <TextInput id="tenant" isRequired className="tn-mono" value={instance.tenant} onChange={(_, tenant) => set({ tenant })} autoComplete="off" />
                {help(t('instances.tenantHelp'))}
              </FormGroup>
              <FormGroup label={t('instances.channel')} fieldId="channel">
                <TextInput id="channel" value={instance.channel} onChange={(_, channel) => set({ channel })} />
                {help(t('instances.channelHelp'))}
              </FormGroup>
              <FormGroup label={t('instances.secret')} fieldId="secret">
                <TextInput id="secret" type="password" value={instance.secret} onChange={(_, secret) => set({ secret })} autoComplete="new-password" />
                {help(t('instances.secretHelp'))}
              </FormGroup>
              <Checkbox id="default" label={t('instances.makeDefault')} isChecked={instance.isDefault} onChange={(_, isDefault) => set({ isDefault })} />
              <FailureAlert error={create.error} />
              <div>
                <Button type="submit" isDisabled={!isComplete || create.isPending} isLoading={create.isPending}>
                  {t('instances.create')}
                </Button>
              </div>
            </Form>
          </CardBody>
        </Card>
      </PageSection>
    </>
  );
}
