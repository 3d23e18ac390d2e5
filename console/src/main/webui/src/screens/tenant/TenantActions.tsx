import { Button, Checkbox } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client';
import { showToast } from '../../app/toasts';
import { ActionMenu } from '../../components/ActionMenu';
import { Can, useCan } from '../../components/Can';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Field } from '../../components/Field';
import { FormDialog } from '../../components/FormDialog';
import { NAME } from '../tenants/filters';
import type { TabProps } from './TenantScreen';

type Open = 'suspend' | 'resume' | 'rename' | 'rotate' | 'delete' | 'purge' | 'shred';

/** What can be done to a tenant in its status, by the user's role. */
export function TenantActions({ tenant }: TabProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const [finalBackup, setFinalBackup] = useState(true);
  const close = () => setOpen(undefined);
  const path = { tenant_id: tenant.tenant_id };
  const isUsable = tenant.status === 'active' || tenant.status === 'suspended';
  const isDeleted = tenant.status === 'deleted';

  async function done(message: string) {
    await queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'session' });
    showToast('success', message);
  }

  return (
    <>
      <Can role="operator">
        {tenant.status === 'active' && (
          <Button variant="secondary" onClick={() => setOpen('suspend')}>
            {t('tenant.actions.suspend')}
          </Button>
        )}
        {tenant.status === 'suspended' && (
          <Button variant="secondary" onClick={() => setOpen('resume')}>
            {t('tenant.actions.resume')}
          </Button>
        )}
      </Can>
      <ActionMenu
        label={t('common.actions')}
        actions={[
          can('operator') && isUsable && { key: 'rename', label: t('tenant.actions.rename'), onClick: () => setOpen('rename') },
          can('operator') && isUsable && { key: 'rotate', label: t('tenant.actions.rotate'), onClick: () => setOpen('rotate') },
          can('operator') && !isDeleted && { key: 'delete', label: t('tenant.actions.delete'), isDanger: true, onClick: () => setOpen('delete') },
          can('admin') && isDeleted && { key: 'purge', label: t('tenant.actions.purge'), isDanger: true, onClick: () => setOpen('purge') },
          can('admin') && isDeleted && { key: 'shred', label: t('tenant.actions.shred'), isDanger: true, onClick: () => setOpen('shred') },
        ]}
      />
      {open === 'suspend' && (
        <DestructiveDialog
          isReversible
          title={t('tenant.suspend.title', { name: tenant.name })}
          lost={[t('tenant.suspend.logins'), t('tenant.suspend.keys'), t('tenant.suspend.data')]}
          confirm={t('tenant.actions.suspend')}
          onConfirm={async () => {
            await http.POST('/api/tenant/v1/tenants/{tenant_id}/suspend', { params: { path } });
            await done(t('tenant.suspend.done', { name: tenant.name }));
          }}
          onClose={close}
        />
      )}
      {open === 'resume' && (
        <DestructiveDialog
          isReversible
          title={t('tenant.resume.title', { name: tenant.name })}
          lost={[t('tenant.resume.logins')]}
          confirm={t('tenant.actions.resume')}
          onConfirm={async () => {
            await http.POST('/api/tenant/v1/tenants/{tenant_id}/resume', { params: { path } });
            await done(t('tenant.resume.done', { name: tenant.name }));
          }}
          onClose={close}
        />
      )}
      {open === 'rename' && <RenameDialog tenant={tenant} onDone={done} onClose={close} />}
      {open === 'rotate' && <RotateDialog tenant={tenant} onDone={done} onClose={close} />}
      {open === 'delete' && (
        <DestructiveDialog
          title={t('tenant.delete.title', { name: tenant.name })}
          lost={[
            t('tenant.delete.data', { database: tenant.database?.schema ?? tenant.database?.name ?? tenant.name }),
            t('tenant.delete.keys'),
            t(finalBackup ? 'tenant.delete.withBackup' : 'tenant.delete.withoutBackup'),
          ]}
          name={tenant.name}
          confirm={t('tenant.actions.delete')}
          onConfirm={async () => {
            await http.DELETE('/api/tenant/v1/tenants/{tenant_id}', { params: { path, query: { final_backup: String(finalBackup) } } });
            await done(t('tenant.delete.done', { name: tenant.name }));
          }}
          onClose={close}
        >
          <Checkbox id="final-backup" label={t('tenant.delete.finalBackup')} description={t('tenant.delete.finalBackupHelp')} isChecked={finalBackup} onChange={(_, checked) => setFinalBackup(checked)} />
        </DestructiveDialog>
      )}
      {open === 'purge' && (
        <DestructiveDialog
          title={t('tenant.purge.title', { name: tenant.name })}
          lost={[t('tenant.purge.record'), t('tenant.purge.backups')]}
          name={tenant.name}
          confirm={t('tenant.actions.purge')}
          onConfirm={async () => {
            await http.POST('/api/tenant/v1/tenants/{tenant_id}/purge', { params: { path } });
            await navigate({ to: '/tenants' });
            await done(t('tenant.purge.done', { name: tenant.name }));
          }}
          onClose={close}
        />
      )}
      {open === 'shred' && (
        <DestructiveDialog
          title={t('tenant.shred.title', { name: tenant.name })}
          lost={[t('tenant.shred.backups'), t('tenant.shred.copies')]}
          name={tenant.name}
          confirm={t('tenant.actions.shred')}
          onConfirm={async () => {
            await http.DELETE('/api/backup/v1/tenants/{tenant_id}/backup-key', { params: { path } });
            await done(t('tenant.shred.done', { name: tenant.name }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}

interface DialogProps extends TabProps {
  onDone: (message: string) => Promise<void>;
  onClose: () => void;
}

function RenameDialog({ tenant, onDone, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(tenant.name);
  const [externalId, setExternalId] = useState(tenant.external_id ?? '');
  return (
    <FormDialog
      title={t('tenant.rename.title')}
      description={t('tenant.rename.description')}
      submit={t('common.save')}
      isValid={NAME.test(name) && /^[!-~]{0,255}$/.test(externalId)}
      onSubmit={async () => {
        await http.PATCH('/api/tenant/v1/tenants/{tenant_id}', {
          params: { path: { tenant_id: tenant.tenant_id } },
          body: {
            ...(name !== tenant.name && { name }),
            ...(externalId !== (tenant.external_id ?? '') && { external_id: externalId || null }),
          },
        });
        await onDone(t('tenant.rename.done'));
      }}
      onClose={onClose}
    >
      <Field label={t('tenants.name')} value={name} onChange={setName} isRequired isFocused problem={NAME.test(name) ? undefined : t('tenants.create.nameProblem')} />
      <Field label={t('tenant.externalId')} value={externalId} onChange={setExternalId} help={t('tenant.externalIdHelp')} />
    </FormDialog>
  );
}

function RotateDialog({ tenant, onDone, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [overlap, setOverlap] = useState('3600');
  return (
    <DestructiveDialog
      isReversible
      title={t('tenant.rotate.title', { name: tenant.name })}
      lost={[t('tenant.rotate.newLogin'), t(overlap === '0' ? 'tenant.rotate.atOnce' : 'tenant.rotate.later')]}
      confirm={t('tenant.actions.rotate')}
      onConfirm={async () => {
        await http.POST('/api/tenant/v1/tenants/{tenant_id}/credentials/rotate', {
          params: { path: { tenant_id: tenant.tenant_id } },
          body: { overlap_seconds: Number(overlap) },
        });
        await onDone(t('tenant.rotate.done', { name: tenant.name }));
      }}
      onClose={onClose}
    >
      <Field
        label={t('tenant.rotate.overlap')}
        value={overlap}
        onChange={setOverlap}
        options={(['0', '600', '3600', '86400', '604800'] as const).map((value) => ({ value, label: t(`tenant.rotate.after.${value}`) }))}
      />
    </DestructiveDialog>
  );
}
