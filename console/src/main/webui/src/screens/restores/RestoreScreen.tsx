import { Alert, Button, Card, CardBody, PageSection } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../api/client';
import { showToast } from '../../app/toasts';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { CopyId, CopyText } from '../../components/CopyText';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Details } from '../../components/Details';
import { count, duration, exactTime, shortId } from '../../components/format';
import { JobProgress } from '../../components/JobProgress';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink, useTenantName } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { countdown, isUndoable } from './undo';
import './restores.css';

type Restore = Backup['Restore'];

const route = getRouteApi('/restores/$restoreId');
const WHILE_RUNNING_MS = 1_000;
const STEPS = ['create', 'load', 'verify', 'swap', 'record', 'analyze'];

export function RestoreScreen() {
  const { t } = useTranslation();
  const { restoreId } = route.useParams();
  const query = api.useQuery(
    'get',
    '/api/backup/v1/restores/{restore_id}',
    { params: { path: { restore_id: restoreId } } },
    { refetchInterval: ({ state: { data } }) => (data && ['failed', 'undone'].includes(data.status) ? false : WHILE_RUNNING_MS) },
  );
  const name = useTenantName(query.data?.tenant_id);
  return (
    <>
      <PageHeader
        title={t('restores.one.title', { name })}
        parents={[{ label: t('restores.title'), to: '/restores' }]}
        badges={query.data && <StatusLabel status={query.data.status} isCompact={false} />}
      />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={query} lines={8}>
          {(restore) => (
            <div className="tn-stack">
              {restore.error && (
                <Alert isInline variant="danger" title={restore.error_message ?? restore.error}>
                  <CopyText value={restore.error} />
                </Alert>
              )}
              {restore.status === 'undone' && <Alert isInline variant="info" title={t('restores.undo.undone')} />}
              <UndoCard restore={restore} name={name} />
              <div className="tn-split">
                <Phases restore={restore} />
                <Result restore={restore} />
              </div>
            </div>
          )}
        </Loaded>
      </PageSection>
    </>
  );
}

function Phases({ restore }: { restore: Restore }) {
  const { t } = useTranslation();
  const job = api.useQuery('get', '/api/backup/v1/jobs/{job_id}', { params: { path: { job_id: restore.job_id } } }, { retry: false });
  const isUndo = job.data?.type === 'restore_undo';
  const isSchema = restore.former?.schema != null;
  return (
    <Panel title={t(isUndo ? 'restores.one.undoPhases' : 'restores.one.phases')} isFullHeight>
        <JobProgress jobId={restore.job_id} planned={isUndo || job.data === undefined ? [] : isSchema ? STEPS.slice(1) : STEPS} />
      </Panel>
  );
}

function Result({ restore }: { restore: Restore }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('restores.one.result')} isFullHeight>
        <Details
         
          items={[
            [t('restores.tenant'), <TenantLink key="tenant" id={restore.tenant_id} />],
            [
              t('restores.one.backup'),
              <AppLink key="backup" to="/backups/$backupId" params={{ backupId: restore.backup_id }} className="tn-mono">
                {shortId(restore.backup_id)}
              </AppLink>,
            ],
            restore.source_tenant_id !== restore.tenant_id && [t('restores.one.source'), <TenantLink key="source" id={restore.source_tenant_id} />],
            [t('restores.one.rows'), restore.rows == null ? '–' : count(restore.rows)],
            [t('restores.one.recovery'), restore.recovery_ms == null ? '–' : duration(restore.recovery_ms)],
            [t('restores.one.downtime'), restore.downtime_ms == null ? '–' : duration(restore.downtime_ms)],
            [t('restores.one.started'), <Time key="started" value={restore.created_at} />],
            restore.completed_at != null && [t('restores.one.completed'), <Time key="completed" value={restore.completed_at} />],
            restore.undone_at != null && [t('restores.one.undone'), <Time key="undone" value={restore.undone_at} />],
            [t('restores.one.id'), <CopyId key="id" id={restore.id} />],
          ]}
        />
      </Panel>
  );
}

/** How long the replaced data is kept, second by second, and the way back. */
function UndoCard({ restore, name }: { restore: Restore; name: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [now, setNow] = useState(() => Date.now());
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (restore.status !== 'completed' || !restore.former) return null;
  if (!isUndoable(restore, now)) {
    return <Alert isInline variant="info" title={t(restore.former.dropped_at ? 'restores.undo.over' : 'restores.undo.overSoon')} />;
  }
  const { days, clock } = countdown(restore.former.expires_at, now);

  async function undo() {
    await http.POST('/api/backup/v1/restores/{restore_id}/undo', { params: { path: { restore_id: restore.id } } });
    showToast('success', t('restores.undo.started'));
    await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/restores') });
  }

  return (
    <Card className="tn-undo">
      <CardBody>
        <div className="tn-undo__row">
          <div>
            <p className="tn-muted">{t('restores.undo.left')}</p>
            <p className="tn-undo__clock" role="timer">
              {days > 0 && <span>{t('restores.undo.days', { count: days })}</span>}
              <span>{clock}</span>
            </p>
            <p className="tn-muted">{t('restores.undo.expires', { time: exactTime(restore.former.expires_at) })}</p>
          </div>
          <Can role="operator">
            <Button variant="secondary" isDanger onClick={() => setAsking(true)}>
              {t('restores.undo.button')}
            </Button>
          </Can>
        </div>
      </CardBody>
      {isAsking && (
        <DestructiveDialog
          title={t('restores.undo.confirmTitle')}
          lost={t('restores.undo.lost', { returnObjects: true }) as string[]}
          name={name}
          isReversible
          confirm={t('restores.undo.button')}
          onConfirm={undo}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
