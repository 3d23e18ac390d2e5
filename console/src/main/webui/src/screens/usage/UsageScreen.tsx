import { PageSection, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { AppLink } from '../../components/AppLink';
import { Filters } from '../../components/Filters';
import { count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { Tile, Tiles } from '../../components/Tiles';
import { firstDay, formatOf, isMeasure, MEASURES, months } from './measures';

const route = getRouteApi('/usage');
const DAYS = ['1', '7', '30', '90', '400'];
const MONTHS = 13;

export function UsageScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [loadedAt] = useState(() => Date.now());
  const by = isMeasure(search.by) ? search.by : 'storage';
  const days = DAYS.includes(search.days ?? '') ? search.days! : '7';
  const format = formatOf(by);
  const query = api.useQuery('get', '/api/tenant/v1/usage', { params: { query: { top: '50', by, from: firstDay(Number(days), loadedAt) } } });
  const columns = [t('usage.tenant'), t('usage.environment'), t('usage.blueprint'), t(`usage.measure.${by}`), t('usage.share')];
  return (
    <>
      <PageHeader title={t('usage.title')} description={t('usage.description')} />
      <PageSection hasBodyWrapper={false} isFilled className="tn-stack">
        <Filters
          values={{ by, days }}
          onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
          filters={[
            { key: 'by', label: t('usage.by'), kind: 'choice', isRequired: true, options: MEASURES, text: (measure) => (isMeasure(measure) ? t(`usage.measure.${measure}`) : measure) },
            { key: 'days', label: t('usage.days'), kind: 'choice', isRequired: true, options: DAYS, text: (number) => t('usage.lastDays', { count: Number(number) }) },
          ]}
        />
        <Loaded query={query} lines={10}>
          {(ranking) => (
            <>
              <Tiles>
                <Tile label={t('usage.measured')} value={count(ranking.tenants)} />
                <Tile label={t('usage.total')} value={format(ranking.total)} note={t(`usage.measure.${by}`)} />
              </Tiles>
              <Panel title={t('usage.top')}>
                {ranking.items.length === 0 ? (
                  <Nothing title={t('usage.empty')} body={t('usage.emptyBody')} />
                ) : (
                  <Table variant="compact" gridBreakPoint="grid-md" aria-label={t('usage.top')}>
                    <Thead>
                      <Tr>
                        {columns.map((title, index) => (
                          <Th key={title} className={index === 3 ? 'tn-number' : undefined} width={index === 4 ? 30 : undefined}>
                            {title}
                          </Th>
                        ))}
                      </Tr>
                    </Thead>
                    <Tbody>
                      {ranking.items.map((item) => (
                        <Tr key={item.tenant_id}>
                          <Td dataLabel={columns[0]}>
                            <AppLink to="/usage/$tenantId" params={{ tenantId: item.tenant_id }} aria-label={t('usage.charts', { name: item.name })}>
                              {item.name}
                            </AppLink>
                          </Td>
                          <Td dataLabel={columns[1]}>{item.environment}</Td>
                          <Td dataLabel={columns[2]}>{item.blueprint}</Td>
                          <Td dataLabel={columns[3]} className="tn-number">
                            {format(item.value)}
                          </Td>
                          <Td dataLabel={columns[4]}>
                            <Share part={item.value} whole={ranking.total} />
                          </Td>
                        </Tr>
                      ))}
                    </Tbody>
                  </Table>
                )}
              </Panel>
            </>
          )}
        </Loaded>
        <Export months={months(loadedAt, MONTHS)} />
      </PageSection>
    </>
  );
}

function Share({ part, whole }: { part: number; whole: number }) {
  const percent = whole > 0 ? (100 * part) / whole : 0;
  return (
    <span className="tn-share">
      <span className="tn-share__bar" style={{ width: `${percent * 0.75}%` }} aria-hidden="true" />
      <span className="tn-muted">{percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %</span>
    </span>
  );
}

function Export({ months: choices }: { months: string[] }) {
  const { t } = useTranslation();
  const [month, setMonth] = useState(choices[0]!);
  const link = (format: string) => `/api/tenant/v1/usage/export?month=${month}&format=${format}`;
  return (
    <Panel title={t('usage.export.title')}>
      <p className="tn-muted tn-gap">{t('usage.export.description')}</p>
      <div className="tn-row-actions tn-export">
        <FormSelect value={month} onChange={(_, chosen) => setMonth(chosen)} aria-label={t('usage.export.month')}>
          {choices.map((choice) => (
            <FormSelectOption key={choice} value={choice} label={choice} />
          ))}
        </FormSelect>
        <a className="pf-v6-c-button pf-m-secondary" href={link('csv')} download>
          {t('usage.export.csv')}
        </a>
        <a className="pf-v6-c-button pf-m-secondary" href={link('ndjson')} download>
          {t('usage.export.ndjson')}
        </a>
      </div>
    </Panel>
  );
}
