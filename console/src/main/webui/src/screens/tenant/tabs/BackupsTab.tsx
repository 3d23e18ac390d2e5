import { Button } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../../api/client';
import { PAGE_SIZE, paged } from '../../../api/paged';
import { ApiError } from '../../../api/problem';
import { showToast } from '../../../app/toasts';
import { AppLink } from '../../../components/AppLink';
import { Can, useCan } from '../../../components/Can';
import { CopyId } from '../../../components/CopyText';
import { Details } from '../../../components/Details';
import { explain } from '../../../components/Failure';
import { Field } from '../../../components/Field';
import { FormDialog } from '../../../components/FormDialog';
import { bytes, duration } from '../../../components/format';
import { Loaded } from '../../../components/Loaded';
import { Nothing } from '../../../components/Nothing';
import { PagedTable, type Column } from '../../../components/PagedTable';
import { Panel } from '../../../components/Panel';
import { StatusLabel, statusText } from '../../../components/StatusLabel';
import { Time } from '../../../components/Time';
import { ActionMenu } from '../../../components/ActionMenu';
import type { TabProps } from '../TenantScreen';

/** A tenant's backups and when they are made. */
export function BackupsTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const path = { tenant_id: tenant.tenant_id };
  const backups = api.useInfiniteQuery('get', '/api/backup/v1/tenants/{tenant_id}/backups', { params: { path, query: { limit: PAGE_SIZE } } }, paged);

  async function start(call: () => Promise<unknown>, message: string) {
    try {
      await call();
      await queries.invalidateQueries({ predicate: ({ queryKey: [, called] }) => String(called).startsWith('/api/backup/') });
      showToast('info', message);
    } catch (error) {
      const { title, detail, advice } = explain(error);
      showToast('danger', title, detail ?? advice);
    }
  }
  const backUp = () => start(() => http.POST('/api/backup/v1/tenants/{tenant_id}/backups', { params: { path }, body: { kind: 'manual' } }), t('tenant.backups.started'));

  const columns: Column<Backup['Backup']>[] = [
    { key: 'time', title: t('tenant.backups.time'), cell: (backup) => <AppLink to="/backups/$backupId" params={{ backupId: backup.id }}><Time value={backup.completed_at ?? backup.requested_at} /></AppLink> },
    { key: 'id', title: t('tenants.id'), cell: (backup) => <CopyId id={backup.id} /> },
    { key: 'kind', title: t('tenant.backups.kind'), cell: (backup) => statusText(backup.kind) },
    { key: 'status', title: t('tenants.status'), cell: (backup) => <StatusLabel status={backup.verification?.result === 'damaged' ? 'damaged' : backup.status} /> },
    { key: 'size', title: t('tenant.backups.size'), isNumber: true, cell: (backup) => (backup.file ? bytes(backup.file.bytes) : '–') },
    { key: 'duration', title: t('tenant.backups.duration'), isNumber: true, cell: (backup) => (backup.duration_ms != null ? duration(backup.duration_ms) : '–') },
    { key: 'verified', title: t('tenant.backups.verified'), cell: (backup) => <Time value={backup.verification?.verified_at} none={t('tenant.backups.notVerified')} /> },
    { key: 'error', title: t('tenant.backups.error'), cell: (backup) => backup.error_message ?? '' },
    {
      key: 'actions',
      title: '',
      cell: (backup) =>
        backup.status === 'completed' && (
          <ActionMenu
            label={t('common.actions')}
            actions={[
              can('operator') && {
                key: 'verify',
                label: t('tenant.backups.verify'),
                onClick: () => void start(() => http.POST('/api/backup/v1/backups/{backup_id}/verify', { params: { path: { backup_id: backup.id } }, body: {} }), t('tenant.backups.verifyStarted')),
              },
              can('operator') && {
                key: 'drill',
                label: t('tenant.backups.drill'),
                onClick: () => void start(() => http.POST('/api/backup/v1/backups/{backup_id}/drill', { params: { path: { backup_id: backup.id } }, body: {} }), t('tenant.backups.drillStarted')),
              },
            ]}
          />
        ),
    },
  ];

  const button = (
    <Can role="operator">
      <Button variant="secondary" onClick={() => void backUp()} isDisabled={tenant.status !== 'active' && tenant.status !== 'suspended'}>
        {t('tenant.backups.now')}
      </Button>
    </Can>
  );
  return (
    <>
      <SchedulePanel tenant={tenant} />
      <Panel title={t('tenant.tab.backups')} actions={button}>
        <PagedTable
          isPlain
          label={t('tenant.tab.backups')}
          query={backups}
          columns={columns}
          rowId={(backup) => backup.id}
          empty={<Nothing title={t('tenant.backups.none')} body={t('tenant.backups.noneBody')} action={button} />}
        />
      </Panel>
    </>
  );
}

function SchedulePanel({ tenant }: TabProps) {
  const { t } = useTranslation();
  const [isEditing, setEditing] = useState(false);
  const schedule = api.useQuery('get', '/api/backup/v1/schedules/{tenant_id}', { params: { path: { tenant_id: tenant.tenant_id } } });
  if (schedule.error instanceof ApiError && schedule.error.status === 404) {
    return (
      <Panel title={t('tenant.schedule.title')}>
        <p className="tn-muted">{t('tenant.schedule.none')}</p>
      </Panel>
    );
  }
  return (
    <Panel
      title={t('tenant.schedule.title')}
      actions={
        schedule.data && (
          <Can role="operator">
            <Button variant="link" isInline onClick={() => setEditing(true)}>
              {t('tenant.schedule.change')}
            </Button>
          </Can>
        )
      }
    >
      <Loaded query={schedule} lines={3}>
        {(data) => (
          <>
            <Details
              columns={2}
              items={[
                [t('tenant.schedule.cron'), <code className="tn-mono">{data.cron}</code>],
                [t('tenant.schedule.next'), data.enabled ? <Time value={data.next_due_at} /> : t('tenant.schedule.disabled')],
                [t('tenant.schedule.retention'), t('tenant.schedule.days', { count: data.retention_days })],
                [t('tenant.schedule.keep'), data.keep && t('tenant.schedule.keepText', { daily: data.keep.daily ?? 0, weekly: data.keep.weekly ?? 0, monthly: data.keep.monthly ?? 0 })],
              ]}
            />
            {isEditing && <ScheduleDialog schedule={data} onClose={() => setEditing(false)} />}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function ScheduleDialog({ schedule, onClose }: { schedule: Backup['Schedule']; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [cron, setCron] = useState(schedule.cron);
  const [days, setDays] = useState(String(schedule.retention_days));
  const [isEnabled, setEnabled] = useState(String(schedule.enabled));
  const isDaysValid = /^[1-9]\d{0,4}$/.test(days) && Number(days) <= 36_500;
  return (
    <FormDialog
      title={t('tenant.schedule.changeTitle')}
      submit={t('common.save')}
      isValid={cron.trim() !== '' && isDaysValid}
      onSubmit={async () => {
        await http.PUT('/api/backup/v1/schedules/{tenant_id}', {
          params: { path: { tenant_id: schedule.tenant_id } },
          body: { cron: cron.trim(), retention_days: Number(days), keep: schedule.keep, enabled: isEnabled === 'true' },
        });
        await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/schedules') });
      }}
      onClose={onClose}
    >
      <Field label={t('tenant.schedule.cron')} value={cron} onChange={setCron} help={t('tenant.schedule.cronHelp')} isRequired isFocused />
      <Field label={t('tenant.schedule.retentionDays')} type="number" value={days} onChange={setDays} isRequired problem={isDaysValid ? undefined : t('tenant.schedule.daysProblem')} />
      <Field
        label={t('tenant.schedule.enabled')}
        value={isEnabled}
        onChange={setEnabled}
        options={[
          { value: 'true', label: t('common.yes') },
          { value: 'false', label: t('common.no') },
        ]}
      />
    </FormDialog>
  );
}
