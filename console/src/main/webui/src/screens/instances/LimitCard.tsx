import { Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http } from '../../api/client';
import { showToast } from '../../app/toasts';
import { Can } from '../../components/Can';
import { FailureAlert } from '../../components/Failure';
import { count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Panel } from '../../components/Panel';

/** The rate limit of a tenant or an instance. */
export function LimitCard({ kind, id }: { kind: 'tenants' | 'instances'; id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [events, setEvents] = useState<string>();
  const [period, setPeriod] = useState<string>();
  const path = { params: { path: { kind, id } } };
  const query = api.useQuery('get', '/api/ingestion/v1/limits/{kind}/{id}', path);
  const change = useMutation({
    mutationFn: async (limit: { events: number; period_seconds: number } | undefined) => {
      if (limit) await http.PUT('/api/ingestion/v1/limits/{kind}/{id}', { ...path, body: limit });
      else await http.DELETE('/api/ingestion/v1/limits/{kind}/{id}', path);
      setEvents(undefined);
      setPeriod(undefined);
      showToast('success', t(limit ? 'limits.changed' : 'limits.wasReset'));
      await queries.invalidateQueries({ predicate: ({ queryKey: [, read] }) => String(read).includes('/limits') });
    },
  });
  return (
    <Panel title={t('limits.card')} isFullHeight>
        <Loaded query={query} lines={3}>
          {(limit) => (
            <>
              <p className="tn-gap">
                <strong>{t('limits.now', { events: count(limit.events), period: t('limits.seconds', { count: limit.period_seconds }) })}</strong>
              </p>
              <Can role="operator">
                <Form
                  onSubmit={(event) => {
                    event.preventDefault();
                    change.mutate({ events: Number(events ?? limit.events), period_seconds: Number(period ?? limit.period_seconds) });
                  }}
                >
                  <div className="tn-split">
                    <FormGroup label={t('limits.events')} fieldId={`events-${id}`}>
                      <TextInput id={`events-${id}`} type="number" min={1} value={events ?? String(limit.events)} onChange={(_, value) => setEvents(value)} />
                    </FormGroup>
                    <FormGroup label={t('limits.period')} fieldId={`period-${id}`}>
                      <TextInput id={`period-${id}`} type="number" min={1} max={86_400} value={period ?? String(limit.period_seconds)} onChange={(_, value) => setPeriod(value)} />
                    </FormGroup>
                  </div>
                  <FailureAlert error={change.error} />
                  <div className="tn-row-actions">
                    <Button type="submit" variant="secondary" isDisabled={change.isPending || (events === undefined && period === undefined)}>
                      {t('limits.set')}
                    </Button>
                    <Button variant="link" isDisabled={change.isPending} onClick={() => change.mutate(undefined)}>
                      {t('limits.reset')}
                    </Button>
                  </div>
                </Form>
              </Can>
            </>
          )}
        </Loaded>
      </Panel>
  );
}
