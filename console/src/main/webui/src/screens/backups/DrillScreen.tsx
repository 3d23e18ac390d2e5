import { Alert, Card, CardBody, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Backup } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { CopyId, CopyText } from '../../components/CopyText';
import { Details } from '../../components/Details';
import { bytes, count, duration, shortId } from '../../components/format';
import { JobProgress } from '../../components/JobProgress';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink, useTenantName } from '../../components/TenantLink';
import { Time } from '../../components/Time';

const route = getRouteApi('/drills/$drillId');
const WHILE_RUNNING_MS = 1_500;

export function DrillScreen() {
  const { t } = useTranslation();
  const { drillId } = route.useParams();
  const query = api.useQuery(
    'get',
    '/api/backup/v1/drills/{drill_id}',
    { params: { path: { drill_id: drillId } } },
    { refetchInterval: ({ state: { data } }) => (data?.completed_at ? false : WHILE_RUNNING_MS) },
  );
  const tenant = useTenantName(query.data?.tenant_id);
  return (
    <>
      <PageHeader title={t('drills.one.title', { name: tenant })} parents={[{ label: t('drills.title'), to: '/drills' }]} badges={query.data && <StatusLabel status={query.data.status} isCompact={false} />} />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={query} lines={8}>
          {(drill) => <DrillBody drill={drill} />}
        </Loaded>
      </PageSection>
    </>
  );
}

function DrillBody({ drill }: { drill: Backup['Drill'] }) {
  const { t } = useTranslation();
  const { evidence } = drill;
  return (
    <div className="tn-stack">
      {drill.error && (
        <Alert isInline variant="danger" title={drill.error_message ?? drill.error}>
          <CopyText value={drill.error} />
        </Alert>
      )}
      <Panel title={t('drills.one.result')}>
          <Details
           
            items={[
              [t('drills.tenant'), <TenantLink key="tenant" id={drill.tenant_id} />],
              [
                t('drills.backup'),
                <AppLink key="backup" to="/backups/$backupId" params={{ backupId: drill.backup_id }} className="tn-mono">
                  {shortId(drill.backup_id)}
                </AppLink>,
              ],
              [t('drills.when'), <Time key="at" value={drill.created_at} />],
              [t('drills.recovery'), drill.recovery_ms == null ? '–' : duration(drill.recovery_ms)],
              evidence != null && [t('drills.rows'), t('drills.of', { found: count(evidence.rows_found), expected: count(evidence.rows_expected) })],
              evidence != null && [t('drills.one.server'), evidence.server_version],
              evidence != null && [t('drills.one.size'), bytes(evidence.bytes)],
              evidence != null && evidence.notes.length > 0 && [t('drills.one.notes'), evidence.notes.join(' ')],
              [t('drills.one.id'), <CopyId key="id" id={drill.id} />],
            ]}
          />
        </Panel>
      {!drill.completed_at && (
        <Card>
          <CardBody>
            <JobProgress jobId={drill.job_id} />
          </CardBody>
        </Card>
      )}
      {evidence && (
        <Panel title={t('drills.one.evidence')}>
            <Alert isInline isPlain variant={evidence.equal ? 'success' : 'danger'} title={t(evidence.equal ? 'drills.one.equal' : 'drills.one.different')} />
            <Table variant="compact" aria-label={t('drills.one.evidence')}>
              <Thead>
                <Tr>
                  <Th>{t('drills.one.table')}</Th>
                  <Th className="tn-number">{t('drills.one.expected')}</Th>
                  <Th className="tn-number">{t('drills.one.found')}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {evidence.tables.map(({ schema, name, expected, found }) => (
                  <Tr key={`${schema}.${name}`}>
                    <Td dataLabel={t('drills.one.table')}>
                      <code className="tn-mono">
                        {schema}.{name}
                      </code>
                    </Td>
                    <Td dataLabel={t('drills.one.expected')} className="tn-number">
                      {count(expected)}
                    </Td>
                    <Td dataLabel={t('drills.one.found')} className="tn-number">
                      {expected === found ? count(found) : <strong>{count(found)}</strong>}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </Panel>
      )}
    </div>
  );
}
