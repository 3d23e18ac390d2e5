import { Alert, Button, Card, CardBody, CardHeader, CardTitle, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Ingestion } from '../../api/client';
import { Can, useCan } from '../../components/Can';
import { CopyText } from '../../components/CopyText';
import { Details } from '../../components/Details';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { TenantLink } from '../../components/TenantLink';
import { Time } from '../../components/Time';
import { humanise } from '../../i18n';
import { reasonText } from './DeadLettersScreen';
import { RedriveDialog } from './RedriveDialog';
import './deadLetters.css';
import '../../components/tiles.css';

type DeadLetter = Ingestion['DeadLetter'];

const route = getRouteApi('/dead-letters/$id');

/** The list has everything about a dead letter except its message. The message is read when somebody asks for it. */
export function DeadLetterScreen() {
  const { t } = useTranslation();
  const params = route.useParams();
  // Ids are numbers from 1 on; the service answers 404 to 0.
  const id = /^\d{1,15}$/.test(params.id) ? Number(params.id) : 0;
  const [isAsking, setAsking] = useState(false);
  const query = useQuery({
    ...api.queryOptions('get', '/api/ingestion/v1/dead-letters', { params: { query: { after: String(Math.max(id - 1, 0)), limit: '1' } } }),
    select: ({ items }) => items.find((item) => item.id === id) ?? null,
  });
  const deadLetter = query.data;
  const canRedrive = deadLetter && (deadLetter.status === 'waiting' || deadLetter.status === 'parked');
  return (
    <>
      <PageHeader
        title={t('deadLetters.one.title', { id: params.id })}
        parents={[{ label: t('deadLetters.title'), to: '/dead-letters' }]}
        badges={deadLetter && <StatusLabel status={deadLetter.status} isCompact={false} />}
        actions={
          canRedrive && (
            <Can role="operator">
              <Button onClick={() => setAsking(true)}>{t('deadLetters.redrive.title')}</Button>
            </Can>
          )
        }
      />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={query} lines={8}>
          {(data) => (data ? <DeadLetterBody deadLetter={data} /> : <Nothing title={t('deadLetters.one.none')} body={t('deadLetters.one.noneBody')} />)}
        </Loaded>
      </PageSection>
      {isAsking && <RedriveDialog request={{ ids: [id], include_parked: true }} onClose={() => setAsking(false)} onDone={() => {}} />}
    </>
  );
}

function DeadLetterBody({ deadLetter }: { deadLetter: DeadLetter }) {
  const { t } = useTranslation();
  return (
    <div className="tn-stack">
      {deadLetter.lost_reason && <Alert isInline variant="warning" title={t('deadLetters.one.lost', { reason: humanise(deadLetter.lost_reason) })} />}
      <div className="tn-split">
        <Panel title={t('deadLetters.one.facts')} isFullHeight>
            <Details
              items={[
                [t('deadLetters.reason'), reasonText(deadLetter.reason)],
                deadLetter.error != null && [t('deadLetters.one.error'), deadLetter.error],
                [t('deadLetters.tenant'), deadLetter.tenant_id ? <TenantLink key="tenant" id={deadLetter.tenant_id} /> : t('deadLetters.unknownTenant')],
                [t('deadLetters.when'), <Time key="when" value={deadLetter.dead_at} />],
                [t('deadLetters.redrives'), deadLetter.redrives],
              ]}
            />
          </Panel>
        <Panel title={t('deadLetters.one.origin')} isFullHeight>
            <Details
             
              items={[
                [t('deadLetters.type'), deadLetter.type ?? '–'],
                [t('deadLetters.one.event'), deadLetter.event_id ? <CopyText key="event" value={deadLetter.event_id} /> : '–'],
                [t('deadLetters.one.topic'), deadLetter.original_topic ?? '–'],
                [t('deadLetters.one.position'), deadLetter.original_partition == null ? '–' : `${deadLetter.original_partition}, ${deadLetter.original_offset}`],
                [t('deadLetters.one.sent'), <Time key="sent" value={deadLetter.original_timestamp} />],
              ]}
            />
          </Panel>
      </div>
      <Message id={deadLetter.id} />
    </div>
  );
}

function Message({ id }: { id: number }) {
  const { t } = useTranslation();
  const canRead = useCan()('operator');
  const [isShown, setShown] = useState(false);
  const query = useQuery({
    queryKey: ['dead-letter-message', id],
    queryFn: async () => (await http.GET('/api/ingestion/v1/dead-letters/{id}', { params: { path: { id } } })).data!,
    enabled: isShown && canRead,
    refetchInterval: false,
    gcTime: 0,
  });
  return (
    <Card>
      <CardHeader
        actions={
          isShown
            ? {
                hasNoOffset: true,
                actions: (
                  <Button variant="link" isInline onClick={() => setShown(false)}>
                    {t('deadLetters.one.hide')}
                  </Button>
                ),
              }
            : undefined
        }
      >
        <CardTitle component="h2">{t('deadLetters.one.payload')}</CardTitle>
      </CardHeader>
      <CardBody>
        {!isShown && (
          <>
            <p className="tn-muted tn-gap">{t(canRead ? 'deadLetters.one.hidden' : 'deadLetters.one.forbidden')}</p>
            {canRead && (
              <Button variant="secondary" onClick={() => setShown(true)}>
                {t('deadLetters.one.show')}
              </Button>
            )}
          </>
        )}
        {isShown && (
          <Loaded query={query} lines={5}>
            {({ message }) => (message ? <Content message={message} /> : <p>{t('deadLetters.one.gone')}</p>)}
          </Loaded>
        )}
      </CardBody>
    </Card>
  );
}

function Content({ message: { headers, value, value_base64: base64 } }: { message: Ingestion['Message'] }) {
  const { t } = useTranslation();
  return (
    <div className="tn-stack">
      <div>
        <h3 className="tn-message__title">{t('deadLetters.one.body')}</h3>
        {value == null && base64 != null && <p className="tn-muted">{t('deadLetters.one.binary')}</p>}
        <pre className="tn-message" tabIndex={0}>{value == null ? (base64 ?? t('deadLetters.one.empty')) : formatted(value)}</pre>
      </div>
      <div>
        <h3 className="tn-message__title">{t('deadLetters.one.headers')}</h3>
        <Details items={Object.entries(headers ?? {}).map(([name, content]) => [name, <code key={name} className="tn-mono">{content}</code>])} />
      </div>
    </div>
  );
}

/** JSON with line breaks; anything else as it is. */
function formatted(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
