import { Alert, Button, Card, CardBody, CardHeader, CardTitle, Form, FormGroup, FormSelect, FormSelectOption, PageSection, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Ingestion } from '../../api/client';
import { showToast } from '../../app/toasts';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { FailureAlert } from '../../components/Failure';
import { count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { NumberTable } from '../../components/NumberTable';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { Tile, Tiles } from '../../components/Tiles';

const route = getRouteApi('/groups/$group');
const REFRESH_MS = 5_000;
const TARGETS = ['earliest', 'latest', 'time', 'offset'] as const;

export function GroupScreen() {
  const { t } = useTranslation();
  const { group } = route.useParams();
  const query = api.useQuery('get', '/api/ingestion/v1/groups/{group}', { params: { path: { group } } }, { refetchInterval: REFRESH_MS });
  return (
    <>
      <PageHeader title={group} parents={[{ label: t('groups.title'), to: '/groups' }]} />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={query} lines={8}>
          {(data) => (
            <div className="tn-stack">
              <Tiles>
                <Tile label={t('groups.lag')} value={data.lag == null ? '–' : count(data.lag)} tone={data.lag == null ? undefined : data.lag === 0 ? 'success' : 'warning'} />
                <Tile label={t('groups.members')} value={count(data.members.length)} tone={data.members.length === 0 ? 'danger' : undefined} />
                <Tile
                  label={t('groups.topic')}
                  value={
                    <AppLink to="/topics/$topic" params={{ topic: data.topic }} className="tn-figure__text">
                      {data.topic}
                    </AppLink>
                  }
                />
              </Tiles>
              <Panel title={t('groups.one.members')}>{data.members.length === 0 ? <p className="tn-muted">{t('groups.one.noMembers')}</p> : <Members members={data.members} />}</Panel>
              <Panel title={t('groups.one.offsets')}>
                  <Offsets offsets={data.offsets} />
                </Panel>
              <Can role="operator">
                <Reset group={data} />
              </Can>
            </div>
          )}
        </Loaded>
      </PageSection>
    </>
  );
}

function Members({ members }: { members: Ingestion['Member'][] }) {
  const { t } = useTranslation();
  const columns = [t('groups.one.member'), t('groups.one.host'), t('groups.one.partitions')];
  return (
    <Table variant="compact" gridBreakPoint="grid-md" aria-label={t('groups.one.members')}>
      <Thead>
        <Tr>
          {columns.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {members.map(({ member_id: id, client_id: client, host, partitions }) => (
          <Tr key={id}>
            <Td dataLabel={columns[0]}>
              <code className="tn-mono" title={id}>
                {client}
              </code>
            </Td>
            <Td dataLabel={columns[1]}>{host.replace(/^\//, '')}</Td>
            <Td dataLabel={columns[2]}>{partitions.join(', ')}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function Offsets({ offsets }: { offsets: Ingestion['Offset'][] }) {
  const { t } = useTranslation();
  const columns = [t('groups.one.partition'), t('groups.one.committed'), t('groups.one.earliest'), t('groups.one.latest'), t('groups.one.lag')];
  return (
    <NumberTable
      label={t('groups.one.offsets')}
      columns={columns}
      rows={offsets.map(({ partition, committed, earliest, latest, lag }) => ({
        id: partition,
        values: [partition, committed == null ? '–' : count(committed), count(earliest), count(latest), lag === 0 ? 0 : <strong>{count(lag)}</strong>],
      }))}
    />
  );
}

function Reset({ group }: { group: Ingestion['ConsumerGroup'] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [to, setTo] = useState<(typeof TARGETS)[number]>('earliest');
  const [time, setTime] = useState('');
  const [offset, setOffset] = useState('0');
  const [isAsking, setAsking] = useState(false);
  const request = (dryRun: boolean): Ingestion['ResetOffsets'] => ({
    to,
    time: to === 'time' ? new Date(`${time}Z`).toISOString() : undefined,
    offset: to === 'offset' ? Number(offset) : undefined,
    dry_run: dryRun,
  });
  const send = async (dryRun: boolean) => (await http.POST('/api/ingestion/v1/groups/{group}/offsets/reset', { params: { path: { group: group.group } }, body: request(dryRun) })).data!;
  const plan = useMutation({ mutationFn: () => send(true) });
  const isComplete = to !== 'time' || !Number.isNaN(Date.parse(`${time}Z`));
  const skips = plan.data?.partitions.some(({ from, to: then }) => from != null && then > from) ?? false;

  async function apply() {
    await send(false);
    plan.reset();
    showToast('success', t('groups.one.applied', { group: group.group }));
    await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/groups') });
  }

  const columns = [t('groups.one.partition'), t('groups.one.from'), t('groups.one.then'), t('groups.one.again'), t('groups.one.skipped')];
  return (
    <Card>
      <CardHeader>
        <CardTitle component="h2">{t('groups.one.reset')}</CardTitle>
      </CardHeader>
      <CardBody>
        <p className="tn-muted tn-gap">{t('groups.one.resetHelp')}</p>
        <Form
          isHorizontal
          onSubmit={(event) => {
            event.preventDefault();
            plan.mutate();
          }}
        >
          <FormGroup label={t('groups.one.to')} fieldId="to">
            <FormSelect
              id="to"
              value={to}
              onChange={(_, chosen) => {
                setTo(chosen as typeof to);
                plan.reset();
              }}
            >
              {TARGETS.map((target) => (
                <FormSelectOption key={target} value={target} label={t(`groups.one.target.${target}`)} />
              ))}
            </FormSelect>
          </FormGroup>
          {to === 'time' && (
            <FormGroup label={t('groups.one.time')} fieldId="time">
              <TextInput id="time" type="datetime-local" value={time} onChange={(_, value) => setTime(value)} />
            </FormGroup>
          )}
          {to === 'offset' && (
            <FormGroup label={t('groups.one.offset')} fieldId="offset">
              <TextInput id="offset" type="number" min={0} value={offset} onChange={(_, value) => setOffset(value)} />
            </FormGroup>
          )}
          <div>
            <Button type="submit" variant="secondary" isDisabled={!isComplete || plan.isPending} isLoading={plan.isPending}>
              {t('groups.one.plan')}
            </Button>
          </div>
        </Form>
        <FailureAlert error={plan.error} />
        {plan.data && (
          <>
            <NumberTable
              label={t('groups.one.plan')}
              columns={columns}
              rows={plan.data.partitions.map(({ partition, from, to: then }) => ({
                id: partition,
                values: [partition, from == null ? '–' : count(from), count(then), from != null && then < from ? count(from - then) : '–', from != null && then > from ? count(then - from) : '–'],
              }))}
            />
            {skips && <Alert isInline variant="warning" title={t('groups.one.skipWarning')} />}
            <Button variant="danger" onClick={() => setAsking(true)}>
              {t('groups.one.apply')}
            </Button>
          </>
        )}
      </CardBody>
      {isAsking && (
        <DestructiveDialog
          title={t('groups.one.resetTitle', { group: group.group })}
          lost={[t('groups.one.resetHelp'), ...(skips ? [t('groups.one.skipWarning')] : [])]}
          name={group.group}
          confirm={t('groups.one.apply')}
          onConfirm={apply}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
