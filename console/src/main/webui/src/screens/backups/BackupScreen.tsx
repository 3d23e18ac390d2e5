import { Alert, Button, Card, CardBody, CardHeader, CardTitle, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { CopyId, CopyText } from '../../components/CopyText';
import { Details } from '../../components/Details';
import { FailureAlert } from '../../components/Failure';
import { bytes, count, duration, shortVersion } from '../../components/format';
import { JobProgress } from '../../components/JobProgress';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';

type BackupRecord = Backup['Backup'];

const route = getRouteApi('/backups/$backupId');
const WHILE_RUNNING_MS = 1_500;

export function BackupScreen() {
  const { t } = useTranslation();
  const { backupId } = route.useParams();
  const query = api.useQuery(
    'get',
    '/api/backup/v1/backups/{backup_id}',
    { params: { path: { backup_id: backupId } } },
    { refetchInterval: ({ state: { data } }) => (data?.status === 'pending' || data?.status === 'running' ? WHILE_RUNNING_MS : 30_000) },
  );
  const path = { params: { path: { backup_id: backupId } }, body: {} };
  const verify = useMutation({ mutationFn: async () => (await http.POST('/api/backup/v1/backups/{backup_id}/verify', path)).data! });
  const drill = useMutation({ mutationFn: async () => (await http.POST('/api/backup/v1/backups/{backup_id}/drill', path)).data! });
  const backup = query.data;
  return (
    <>
      <PageHeader
        title={t('backups.one.title', { name: backup?.tenant_name ?? '…' })}
        parents={[{ label: t('backups.title'), to: '/backups' }]}
        badges={backup && <StatusLabel status={backup.status} isCompact={false} />}
        actions={
          backup?.status === 'completed' && (
            <Can role="operator">
              <AppLink to="/restores/new" search={{ tenant: backup.tenant_id, backup: backup.id }} className="pf-v6-c-button pf-m-primary">
                {t('backups.restore')}
              </AppLink>
              <Button variant="secondary" isLoading={drill.isPending} isDisabled={drill.isPending} onClick={() => drill.mutate()}>
                {t('backups.drill')}
              </Button>
              <Button variant="secondary" isLoading={verify.isPending} isDisabled={verify.isPending} onClick={() => verify.mutate()}>
                {t('backups.verify')}
              </Button>
            </Can>
          )
        }
      />
      <PageSection hasBodyWrapper={false} isFilled>
        <div className="tn-stack">
          <FailureAlert error={verify.error ?? drill.error} />
          <Loaded query={query} lines={8}>
            {(data) => (
              <>
                {(verify.data || drill.data) && (
                  <div className="tn-split">
                    {verify.data && (
                      <Work title={t('backups.one.work')} jobId={verify.data.id} />
                    )}
                    {drill.data && <Work title={t('backups.one.drillWork')} jobId={drill.data.id} />}
                  </div>
                )}
                <BackupBody backup={data} />
              </>
            )}
          </Loaded>
        </div>
      </PageSection>
    </>
  );
}

const Work = ({ title, jobId }: { title: string; jobId: string }) => (
  <Card>
    <CardHeader>
      <CardTitle component="h2">{title}</CardTitle>
    </CardHeader>
    <CardBody>
      <JobProgress jobId={jobId} />
    </CardBody>
  </Card>
);

function BackupBody({ backup }: { backup: BackupRecord }) {
  const { t } = useTranslation();
  const { manifest, file, verification } = backup;
  return (
    <>
      {backup.error && (
        <Alert isInline variant="danger" title={backup.error_message ?? backup.error}>
          <CopyText value={backup.error} />
        </Alert>
      )}
      {manifest && manifest.warnings.length > 0 && (
        <Alert isInline variant="warning" title={t('backups.one.warnings')}>
          <ul className="tn-lost">
            {manifest.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
      <div className="tn-split">
        <Panel title={t('backups.one.file')} isFullHeight>
            <Details
              items={[
                [t('backups.name'), <TenantLink key="tenant" id={backup.tenant_id} name={backup.tenant_name} />],
                [t('backups.kind'), t(`backups.kinds.${backup.kind}`)],
                [t('backups.list.requested'), <Time key="at" value={backup.requested_at} />],
                [t('backups.list.took'), backup.duration_ms == null ? '–' : duration(backup.duration_ms)],
                file != null && [t('backups.size'), bytes(file.bytes)],
                file != null && [t('backups.one.store'), file.store],
                file != null && [t('backups.one.checksum'), <CopyText key="sum" value={file.checksum}>{file.checksum.slice(0, 16)}</CopyText>],
                [t('backups.one.retention'), t('backups.one.days', { count: backup.retention_days })],
                backup.copies.length > 0 && [
                  t('backups.list.copies'),
                  backup.copies.map((copy) => (
                    <span key={copy.store}>
                      {copy.store} <StatusLabel status={copy.status} />{' '}
                    </span>
                  )),
                ],
                [
                  t('backups.one.verification'),
                  verification ? (
                    <span key="verification">
                      <StatusLabel status={verification.result} /> <Time value={verification.verified_at} /> {verification.error}
                    </span>
                  ) : (
                    t('backups.one.never')
                  ),
                ],
                [t('backups.one.id'), <CopyId key="id" id={backup.id} />],
              ]}
            />
          </Panel>
        <Panel title={t('backups.one.content')} isFullHeight>
            {manifest ? (
              <Details
                items={[
                  [t('backups.one.rows'), count(manifest.rows)],
                  [t('backups.one.tables'), count(manifest.tables.length)],
                  [
                    t('backups.one.blueprint'),
                    <span key="blueprint">
                      {manifest.blueprint} <code className="tn-mono">{shortVersion(manifest.blueprint_version)}</code>
                    </span>,
                  ],
                  [t('backups.one.database'), <code key="database" className="tn-mono">{[manifest.cluster, manifest.database, manifest.schema].filter(Boolean).join(' / ')}</code>],
                  [t('backups.one.server'), manifest.server_version],
                  [t('backups.one.dump'), bytes(manifest.dump_bytes)],
                  manifest.extensions.length > 0 && [t('backups.one.extensions'), manifest.extensions.map(({ name, version }) => `${name} ${version}`).join(', ')],
                ]}
              />
            ) : (
              <p className="tn-muted">{t('backups.one.notReady')}</p>
            )}
          </Panel>
      </div>
      {!manifest && (backup.status === 'pending' || backup.status === 'running') && (
        <Card>
          <CardBody>
            <JobProgress jobId={backup.job_id} />
          </CardBody>
        </Card>
      )}
      {manifest && manifest.tables.length > 0 && (
        <Panel title={t('backups.one.tables')}>
            <Table variant="compact" aria-label={t('backups.one.tables')}>
              <Thead>
                <Tr>
                  <Th>{t('backups.one.table')}</Th>
                  <Th className="tn-number">{t('backups.one.rows')}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {manifest.tables.map(({ schema, name, rows }) => (
                  <Tr key={`${schema}.${name}`}>
                    <Td dataLabel={t('backups.one.table')}>
                      <code className="tn-mono">
                        {schema}.{name}
                      </code>
                    </Td>
                    <Td dataLabel={t('backups.one.rows')} className="tn-number">
                      {count(rows)}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </Panel>
      )}
    </>
  );
}
