import { Button, Form, FormGroup, Label, PageSection, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Ingestion } from '../../api/client';
import { showToast } from '../../app/toasts';
import { Can } from '../../components/Can';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { FailureAlert } from '../../components/Failure';
import { bytes, count, duration, isUuid } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { NumberTable } from '../../components/NumberTable';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { Match } from './TopicsScreen';

const route = getRouteApi('/topics/$topic');

export function TopicScreen() {
  const { t } = useTranslation();
  const { topic } = route.useParams();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const path = { params: { path: { topic } } };
  const query = api.useQuery('get', '/api/ingestion/v1/topics/{topic}', path);
  const verification = api.useQuery('get', '/api/ingestion/v1/topics/{topic}/verification', path);
  const reconcile = async (dryRun: boolean) => (await http.POST('/api/ingestion/v1/topics/{topic}/reconcile', { params: { path: { topic }, query: { dry_run: String(dryRun) } } })).data!;
  const plan = useMutation({ mutationFn: () => reconcile(true) });

  async function apply() {
    await reconcile(false);
    plan.reset();
    showToast('success', t('topics.one.applied'));
    await queries.invalidateQueries({ predicate: ({ queryKey: [, read] }) => String(read).includes('/topics') });
  }

  return (
    <>
      <PageHeader
        title={topic}
        parents={[{ label: t('topics.title'), to: '/topics' }]}
        badges={<Match verification={verification.data} />}
        actions={
          <Can role="operator">
            <Button variant="secondary" isLoading={plan.isPending} isDisabled={plan.isPending} onClick={() => plan.mutate()}>
              {t('topics.one.reconcile')}
            </Button>
          </Can>
        }
      />
      <PageSection hasBodyWrapper={false} isFilled>
        <div className="tn-stack">
          <FailureAlert error={plan.error} />
          {plan.data && (
            <Panel title={t('topics.one.plan')}>
                {plan.data.actions.length === 0 && !plan.data.created ? (
                  <p>{t('topics.one.nothing')}</p>
                ) : (
                  <>
                    <ul className="tn-lost tn-gap">
                      {plan.data.actions.map(({ setting, from, to, outcome, reason }) => (
                        <li key={setting}>
                          <code className="tn-mono">{setting}</code> {t('topics.one.change', { from, to })} {outcome === 'not_repaired' && <span className="tn-muted">{reason}</span>}
                        </li>
                      ))}
                    </ul>
                    <Button onClick={() => setAsking(true)}>{t('topics.one.apply')}</Button>
                  </>
                )}
              </Panel>
          )}
          <Panel title={t('topics.one.settings')}>
              <Loaded query={verification} lines={4}>
                {({ settings }) => <Settings settings={settings} />}
              </Loaded>
            </Panel>
          <Panel title={t('topics.one.partitions')}>
              <Loaded query={query} lines={6}>
                {({ partitions }) => <Partitions partitions={partitions ?? []} />}
              </Loaded>
            </Panel>
          <TenantPartition topic={topic} />
        </div>
      </PageSection>
      {isAsking && (
        <DestructiveDialog
          title={t('topics.one.plan')}
          lost={t('topics.one.consequences', { returnObjects: true }) as string[]}
          isReversible
          confirm={t('topics.one.apply')}
          onConfirm={apply}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function TenantPartition({ topic }: { topic: string }) {
  const { t } = useTranslation();
  const { tenant } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(tenant ?? '');
  const found = api.useQuery('get', '/api/ingestion/v1/topics/{topic}/partition', { params: { path: { topic }, query: { tenant_id: tenant ?? '' } } }, { enabled: tenant !== undefined });
  return (
    <Panel title={t('topics.one.find')}>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void navigate({ search: { tenant: typed.trim() || undefined }, replace: true });
          }}
        >
          <FormGroup label={t('topics.one.tenantId')} fieldId="tenant-id">
            <TextInput id="tenant-id" className="tn-mono" value={typed} onChange={(_, value) => setTyped(value)} />
          </FormGroup>
          {found.data && <p>{t('topics.one.isOn', { partition: found.data.partition, count: found.data.partition_count })}</p>}
          <FailureAlert error={found.error} />
          <div>
            <Button type="submit" variant="secondary" isDisabled={!isUuid(typed.trim())}>
              {t('topics.one.check')}
            </Button>
          </div>
        </Form>
      </Panel>
  );
}

function Settings({ settings }: { settings: Ingestion['Setting'][] }) {
  const { t } = useTranslation();
  const columns = [t('topics.one.setting'), t('topics.one.desired'), t('topics.one.actual'), t('topics.one.why')];
  return (
    <Table variant="compact" gridBreakPoint="grid-md" aria-label={t('topics.one.settings')}>
      <Thead>
        <Tr>
          {columns.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {settings.map(({ setting, desired, actual, matches, not_repairable: why }) => (
          <Tr key={setting}>
            <Td dataLabel={columns[0]}>
              <code className="tn-mono">{setting}</code>
            </Td>
            <Td dataLabel={columns[1]}>
              <Value setting={setting} value={desired} />
            </Td>
            <Td dataLabel={columns[2]}>{actual == null ? '–' : <Value setting={setting} value={actual} />}</Td>
            <Td dataLabel={columns[3]}>
              <Label isCompact variant="outline" status={matches ? 'success' : 'warning'}>
                {t(matches ? 'topics.matches' : 'topics.differs')}
              </Label>{' '}
              {!matches && why}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

/** A value as Kafka has it, and what it is in words. */
function Value({ setting, value }: { setting: string; value: string }) {
  const number = Number(value);
  const words = number > 0 ? (setting.endsWith('.ms') ? duration(number) : setting.endsWith('.bytes') ? bytes(number) : undefined) : undefined;
  return (
    <>
      {value} {words && <span className="tn-muted">({words})</span>}
    </>
  );
}

function Partitions({ partitions }: { partitions: Ingestion['Partition'][] }) {
  const { t } = useTranslation();
  const columns = [t('topics.one.partition'), t('topics.one.leader'), t('topics.one.inSync'), t('topics.one.earliest'), t('topics.one.latest'), t('topics.one.events'), t('topics.size')];
  return (
    <NumberTable
      label={t('topics.one.partitions')}
      columns={columns}
      rows={partitions.map((one) => ({
        id: one.partition,
        values: [
          one.partition,
          one.leader ?? t('topics.one.noLeader'),
          `${one.in_sync_replicas.length} / ${one.replicas.length}`,
          count(one.earliest_offset),
          count(one.latest_offset),
          count(one.latest_offset - one.earliest_offset),
          bytes(one.size_bytes),
        ],
      }))}
    />
  );
}
