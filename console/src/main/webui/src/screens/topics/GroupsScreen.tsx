import { PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { humanise } from '../../i18n';
import { Lag, LagBars } from './Lag';

const REFRESH_MS = 5_000;

export function GroupsScreen() {
  const { t } = useTranslation();
  const query = api.useQuery('get', '/api/ingestion/v1/groups', {}, { refetchInterval: REFRESH_MS });
  const columns = [t('groups.group'), t('groups.topic'), t('groups.state'), t('groups.members'), t('groups.lag'), t('groups.perPartition')];
  return (
    <>
      <PageHeader title={t('groups.title')} description={t('groups.description')} />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={query} lines={5}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing title={t('groups.empty')} body={t('groups.emptyBody')} />
            ) : (
              <Table variant="compact" gridBreakPoint="grid-md" aria-label={t('groups.title')}>
                <Thead>
                  <Tr>
                    {columns.map((title, index) => (
                      <Th key={title} className={index === 3 || index === 4 ? 'tn-number' : undefined} width={index === 5 ? 25 : undefined}>
                        {title}
                      </Th>
                    ))}
                  </Tr>
                </Thead>
                <Tbody>
                  {items.map((group) => (
                    <Tr key={group.group}>
                      <Td dataLabel={columns[0]}>
                        <AppLink to="/groups/$group" params={{ group: group.group }}>
                          {group.group}
                        </AppLink>
                      </Td>
                      <Td dataLabel={columns[1]}>
                        <AppLink to="/topics/$topic" params={{ topic: group.topic }}>
                          {group.topic}
                        </AppLink>
                      </Td>
                      <Td dataLabel={columns[2]}>{group.exists ? humanise((group.state ?? t('groups.unknown')).toLowerCase()) : <span className="tn-muted">{t('groups.none')}</span>}</Td>
                      <Td dataLabel={columns[3]} className="tn-number">
                        {count(group.members.length)}
                      </Td>
                      <Td dataLabel={columns[4]} className="tn-number">
                        <Lag lag={group.lag} />
                      </Td>
                      <Td dataLabel={columns[5]}>
                        <LagBars offsets={group.offsets} />
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
