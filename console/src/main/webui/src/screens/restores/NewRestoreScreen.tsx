import { Alert, Button, Card, CardBody, CardHeader, CardTitle, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, PageSection, Spinner, TextInput } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { api, http, type Backup, type Tenant } from '../../api/client';
import { showToast } from '../../app/toasts';
import { Details } from '../../components/Details';
import { FailureAlert } from '../../components/Failure';
import { bytes, count, exactTime } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { StatusLabel } from '../../components/StatusLabel';
import { textOf } from '../../i18n';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import './restores.css';

type Plan = Backup['RestorePlan'];

const route = getRouteApi('/restores/new');
const LIVE = ['active', 'suspended'];

/** Tenant, backup, plan, confirmation: one below the other, each usable by keyboard alone. */
export function NewRestoreScreen() {
  const { t } = useTranslation();
  const { tenant: tenantId } = route.useSearch();
  return (
    <>
      <PageHeader title={t('restores.create.title')} description={t('restores.create.description')} parents={[{ label: t('restores.title'), to: '/restores' }]} />
      <PageSection hasBodyWrapper={false} isFilled>
        <div className="tn-flow">{tenantId ? <OfTenant key={tenantId} tenantId={tenantId} /> : <TenantChoice />}</div>
      </PageSection>
    </>
  );
}

function Step({ title, children, isWaiting = false }: { title: string; children: ReactNode; isWaiting?: boolean }) {
  return (
    <Card data-waiting={isWaiting || undefined}>
      <CardHeader>
        <CardTitle component="h2">{title}</CardTitle>
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}

function TenantChoice() {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState('');
  const prefix = useDeferredValue(typed.trim());
  const tenants = api.useQuery('get', '/api/tenant/v1/tenants', { params: { query: { name_prefix: prefix || undefined, limit: '50' } } });
  return (
    <Step title={t('restores.create.tenantStep')}>
      <Form onSubmit={(event) => event.preventDefault()}>
        <FormGroup label={t('restores.create.find')} fieldId="tenant">
          <TextInput id="tenant" value={typed} autoComplete="off" onChange={(_, value) => setTyped(value)} />
          <FormHelperText>
            <HelperText>
              <HelperTextItem>{t('restores.create.findHelp')}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        </FormGroup>
      </Form>
      <Loaded query={tenants} lines={4}>
        {({ items }) => {
          const live = items.filter(({ status }: Tenant['Tenant']) => LIVE.includes(status));
          return live.length === 0 ? (
            <p className="tn-muted">{t('restores.create.noTenant')}</p>
          ) : (
            <div className="tn-choices" role="group" aria-label={t('restores.create.tenantStep')}>
              {live.map(({ tenant_id: id, name, environment, blueprint, status }: Tenant['Tenant']) => (
                <div key={id} className="tn-choice">
                  <Button variant="link" isInline className="tn-choice__main" onClick={() => void navigate({ search: { tenant: id } })}>
                    {name}
                  </Button>
                  <span className="tn-muted">
                    {environment}, {blueprint}
                  </span>
                  <StatusLabel status={status} />
                </div>
              ))}
            </div>
          );
        }}
      </Loaded>
    </Step>
  );
}

function OfTenant({ tenantId }: { tenantId: string }) {
  const { t } = useTranslation();
  const { backup: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState('');
  const planHeading = useRef<HTMLDivElement>(null);
  const tenant = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}', { params: { path: { tenant_id: tenantId } } });
  const backups = api.useQuery('get', '/api/backup/v1/tenants/{tenant_id}/backups', { params: { path: { tenant_id: tenantId }, query: { status: 'completed', limit: '200' } } });
  const plan = useMutation({
    mutationFn: async (backupId: string) => (await http.POST('/api/backup/v1/restores', { body: { tenant_id: tenantId, backup_id: backupId, dry_run: true } })).data as Plan,
  });
  const restore = useMutation({
    mutationFn: async (backupId: string) => {
      const job = (await http.POST('/api/backup/v1/restores', { body: { tenant_id: tenantId, backup_id: backupId } })).data as Backup['Job'];
      const { data } = await http.GET('/api/backup/v1/restores', { params: { query: { tenant_id: tenantId, limit: '20' } } });
      const started = data!.items.find(({ job_id: id }) => id === job.id);
      showToast('success', t('restores.create.started'));
      await navigate(started ? { to: '/restores/$restoreId', params: { restoreId: started.id } } : { to: '/restores', search: { tenant: tenantId } });
    },
  });
  const usable = backups.data?.items.filter(({ verification }) => verification?.result !== 'damaged') ?? [];
  const selected = usable.find(({ id }) => id === chosen) ?? usable[0];
  const planned = plan.data !== undefined && plan.data.backup_id === selected?.id ? plan.data : undefined;
  const name = tenant.data?.name;
  useEffect(() => {
    if (planned) planHeading.current?.focus();
  }, [planned]);

  function choose(backupId: string) {
    plan.reset();
    setTyped('');
    void navigate({ search: { tenant: tenantId, backup: backupId }, replace: true, resetScroll: false });
  }

  return (
    <>
      <Step title={t('restores.create.tenantStep')}>
        <p className="tn-chosen">
          <TenantLink id={tenantId} name={name} />
          {tenant.data && <span className="tn-muted">{`${tenant.data.environment}, ${tenant.data.blueprint}`}</span>}
          {tenant.data && <StatusLabel status={tenant.data.status} />}
          <Button variant="link" isInline onClick={() => void navigate({ search: {} })}>
            {t('restores.create.change')}
          </Button>
        </p>
        {tenant.error && <FailureAlert error={tenant.error} />}
      </Step>
      <Step title={t('restores.create.backupStep')}>
        <Loaded query={backups} lines={4}>
          {() =>
            selected === undefined ? (
              <Nothing title={t('restores.create.noBackups')} body={t('restores.create.noBackupsBody')} />
            ) : (
              <form
                onSubmit={(event) => {
                  event.preventDefault();
                  plan.mutate(selected.id);
                }}
              >
                <div className="tn-choices" role="radiogroup" aria-label={t('restores.create.backupStep')}>
                  {usable.map((backup) => (
                    <label key={backup.id} className="tn-choice">
                      <input type="radio" name="backup" value={backup.id} checked={backup.id === selected.id} onChange={() => choose(backup.id)} />
                      <span className="tn-choice__main">
                        <Time value={backup.completed_at} /> <span className="tn-muted">{backup.completed_at && exactTime(backup.completed_at)}</span>
                      </span>
                      <span>{t(`backups.kinds.${backup.kind}`)}</span>
                      <span className="tn-muted">
                        {backup.manifest && t('restores.create.rows', { count: backup.manifest.rows, number: count(backup.manifest.rows) })}, {backup.file && bytes(backup.file.bytes)}
                      </span>
                    </label>
                  ))}
                </div>
                <Button type="submit" variant={planned ? 'secondary' : 'primary'} isLoading={plan.isPending} isDisabled={plan.isPending} style={{ marginBlockStart: '1rem' }}>
                  {t('restores.create.plan')}
                </Button>
              </form>
            )
          }
        </Loaded>
      </Step>
      <Step title={t('restores.create.planStep')} isWaiting={!planned}>
        <div ref={planHeading} tabIndex={-1} aria-live="polite">
          {plan.isPending && <Spinner size="md" aria-label={t('common.loading')} />}
          <FailureAlert error={plan.error} />
          {planned && selected ? <PlanView plan={planned} backup={selected} /> : !plan.error && !plan.isPending && <p className="tn-muted">{t('restores.create.noPlan')}</p>}
        </div>
      </Step>
      {planned && selected && name && (
        <Step title={t('restores.create.confirmStep')}>
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              if (typed.trim() === name && !restore.isPending) restore.mutate(selected.id);
            }}
          >
            <Alert isInline isPlain variant="danger" title={t('restores.create.lost', { time: exactTime(selected.started_at ?? selected.requested_at) })} />
            <FormGroup fieldId="name" label={<Trans t={t} i18nKey="dialog.typeName" values={{ name }} components={{ name: <strong className="tn-selectable" /> }} />}>
              <TextInput id="name" value={typed} onChange={(_, value) => setTyped(value)} autoComplete="off" spellCheck={false} />
            </FormGroup>
            <FailureAlert error={restore.error} />
            <div>
              <Button type="submit" variant="danger" isDisabled={typed.trim() !== name || restore.isPending} isLoading={restore.isPending}>
                {t('restores.create.confirm', { name })}
              </Button>
            </div>
          </Form>
        </Step>
      )}
    </>
  );
}

function PlanView({ plan, backup }: { plan: Plan; backup: Backup['Backup'] }) {
  const { t } = useTranslation();
  const notes: [title: string, lines: string[]][] = [
    [t('restores.create.missingRoles'), plan.missing_roles],
    [t('restores.create.refusedSettings'), plan.refused_settings],
    [t('restores.create.warnings'), plan.warnings],
  ];
  return (
    <>
      <Details
       
        items={[
          [t('restores.create.replaces'), <code key="database" className="tn-mono">{[plan.cluster, plan.database, plan.schema].filter(Boolean).join(' / ')}</code>],
          [t('restores.create.age'), <Time key="age" value={backup.started_at ?? backup.requested_at} />],
          [t('restores.create.content'), `${t('restores.create.rows', { count: plan.rows, number: count(plan.rows) })}, ${bytes(plan.bytes)}`],
          [t('restores.create.sessions'), plan.sessions === 0 ? t('restores.create.sessionsNone') : t('restores.create.sessionsNow', { count: plan.sessions })],
          [t('restores.create.from'), plan.stores.join(', ')],
          [t('restores.create.steps'), plan.steps.map((step) => textOf(`jobProgress.step.${step}`) ?? step).join(' → ')],
        ]}
      />
      {plan.large_objects_left_out > 0 && <Alert isInline variant="warning" title={t('restores.create.largeObjects', { count: plan.large_objects_left_out })} />}
      {notes
        .filter(([, lines]) => lines.length > 0)
        .map(([title, lines]) => (
          <Alert key={title} isInline variant="warning" title={title}>
            {lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </Alert>
        ))}
    </>
  );
}
