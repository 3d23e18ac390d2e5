import { Alert, Button, Label, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, http, type Ingestion } from '../../api/client';
import { showToast } from '../../app/toasts';
import { AppLink } from '../../components/AppLink';
import { Can } from '../../components/Can';
import { FailureAlert } from '../../components/Failure';
import { bytes, count, duration } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';

export function TopicsScreen() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const topics = useQuery(api.queryOptions('get', '/api/ingestion/v1/topics'));
  const verification = useQuery(api.queryOptions('get', '/api/ingestion/v1/topics/verification'));
  const create = useMutation({
    mutationFn: async (topic: string) => {
      await http.POST('/api/ingestion/v1/topics/{topic}', { params: { path: { topic } } });
      showToast('success', t('topics.created', { topic }));
      await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/topics') });
    },
  });
  const missing = verification.data?.items.filter(({ exists }) => !exists) ?? [];
  const columns = [t('topics.name'), t('topics.partitions'), t('topics.replication'), t('topics.size'), t('topics.retention'), t('topics.settings')];
  return (
    <>
      <PageHeader title={t('topics.title')} description={t('topics.description')} />
      <PageSection hasBodyWrapper={false} isFilled>
        <FailureAlert error={create.error} />
        {missing.map(({ topic }) => (
          <Alert key={topic} isInline variant="danger" title={`${topic}: ${t('topics.missing')}`} className="tn-gap">
            <Can role="operator">
              <Button variant="secondary" isDisabled={create.isPending} onClick={() => create.mutate(topic)}>
                {t('topics.create', { topic })}
              </Button>
            </Can>
          </Alert>
        ))}
        <Loaded query={topics} lines={5}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing title={t('topics.empty')} body={t('topics.emptyBody')} />
            ) : (
              <Table variant="compact" gridBreakPoint="grid-md" aria-label={t('topics.title')}>
                <Thead>
                  <Tr>
                    {columns.map((title, index) => (
                      <Th key={title} className={index > 0 && index < 4 ? 'tn-number' : undefined}>
                        {title}
                      </Th>
                    ))}
                  </Tr>
                </Thead>
                <Tbody>
                  {items.map((topic) => (
                    <Tr key={topic.name}>
                      <Td dataLabel={columns[0]}>
                        <AppLink to="/topics/$topic" params={{ topic: topic.name }}>
                          {topic.name}
                        </AppLink>
                      </Td>
                      <Td dataLabel={columns[1]} className="tn-number">
                        {count(topic.partition_count)}
                      </Td>
                      <Td dataLabel={columns[2]} className="tn-number">
                        {count(topic.replication_factor)}
                      </Td>
                      <Td dataLabel={columns[3]} className="tn-number">
                        {topic.size_bytes == null ? '–' : bytes(topic.size_bytes)}
                      </Td>
                      <Td dataLabel={columns[4]}>
                        <Retention ms={topic.config['retention.ms']} />
                      </Td>
                      <Td dataLabel={columns[5]}>
                        <Match verification={verification.data?.items.find((one) => one.topic === topic.name)} />
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )
          }
        </Loaded>
      </PageSection>
    </>
  );
}

function Retention({ ms }: { ms?: string }) {
  const { t } = useTranslation();
  if (ms === undefined) return '–';
  return Number(ms) < 0 ? t('topics.forever') : duration(Number(ms));
}

export function Match({ verification }: { verification?: Ingestion['Verification'] }) {
  const { t } = useTranslation();
  if (!verification) return '–';
  return (
    <Label isCompact variant="outline" status={verification.matches ? 'success' : 'warning'}>
      {t(verification.matches ? 'topics.matches' : 'topics.differs')}
    </Label>
  );
}
