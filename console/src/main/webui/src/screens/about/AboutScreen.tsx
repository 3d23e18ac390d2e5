import { Alert, Button, Gallery, PageSection } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http } from '../../api/client';
import { SERVICES, unavailableServices } from '../../api/services';
import { useStore } from '../../api/store';
import { showToast } from '../../app/toasts';
import { Can, useCan, useSession } from '../../components/Can';
import { CopyText } from '../../components/CopyText';
import { DestructiveDialog } from '../../components/DestructiveDialog';
import { Details } from '../../components/Details';
import { count } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { humanise, textOf } from '../../i18n';

/** Who the user is and may do, and what is to know about the installation. */
export function AboutScreen() {
  const { t } = useTranslation();
  const session = useSession();
  const unavailable = useStore(unavailableServices);
  const recovery = api.useQuery('get', '/api/tenant/v1/recovery');
  const role = session && (textOf(`roles.${session.role}`) ?? humanise(session.role));
  return (
    <>
      <PageHeader title={t('about.title')} />
      <PageSection hasBodyWrapper={false} className="tn-stack">
        {recovery.data?.active && (
          <Alert isInline variant="danger" title={t('about.recoveryActive')}>
            {recovery.data.reason} {t('about.recoveryAdvice')}
          </Alert>
        )}
        <Gallery hasGutter minWidths={{ default: '100%', lg: '28rem' }}>
          <Panel title={t('about.you')} isFullHeight>
            {session && (
              <Details
                items={[
                  [t('about.name'), session.name],
                  [t('about.role'), role],
                  [t('about.may'), t(`about.permits.${session.role === 'admin' || session.role === 'operator' ? session.role : 'viewer'}`)],
                  [t('about.login'), t(session.login === 'oidc' ? 'about.byProvider' : 'about.byKey')],
                  [t('about.ends'), <Time value={session.expires_at} />],
                ]}
              />
            )}
          </Panel>
          <Panel title={t('about.installation')} isFullHeight>
            <Details
              items={[
                ...SERVICES.map((service): [string, React.ReactNode] => [t(`services.${service}`), <StatusLabel status={unavailable.includes(service) ? 'unavailable' : 'answers'} />]),
                [t('about.recovery'), recovery.data && (recovery.data.active ? t('common.yes') : t('common.no'))],
                [t('about.recovered'), recovery.data?.recovered_at && <Time value={recovery.data.recovered_at} />],
              ]}
            />
          </Panel>
        </Gallery>
        <Can role="admin">
          <EncryptionPanel />
        </Can>
      </PageSection>
    </>
  );
}

/** Which encryption keys the stored secrets need. */
function EncryptionPanel() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [isRewrapping, setRewrapping] = useState(false);
  const keys = api.useQuery('get', '/api/tenant/v1/encryption/keys', {}, { enabled: can('admin') });
  return (
    <Panel
      title={t('about.encryption')}
      actions={
        <Button variant="secondary" onClick={() => setRewrapping(true)}>
          {t('about.rewrap')}
        </Button>
      }
    >
      <Loaded query={keys} lines={3}>
        {({ newest_key_id, keys: uses }) => (
          <ul className="tn-services">
            {uses.map((key) => (
              <li key={key.key_id}>
                <span>
                  <CopyText value={key.key_id} /> <span className="tn-muted">
                    {t('about.secrets', { count: key.secrets, shown: count(key.secrets) })}
                    {key.first_used_at && (
                      <>
                        , {t('about.firstUsed')} <Time value={key.first_used_at} />
                      </>
                    )}
                  </span>
                </span>
                <StatusLabel status={key.key_id === newest_key_id ? 'current' : !key.configured ? 'missing' : key.secrets === 0 ? 'unused' : 'retired'} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {isRewrapping && (
        <DestructiveDialog
          isReversible
          title={t('about.rewrapTitle')}
          lost={[t('about.rewrapEffect')]}
          confirm={t('about.rewrap')}
          onConfirm={async () => {
            await http.POST('/api/tenant/v1/encryption/rewrap');
            await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/encryption/') || String(path).includes('/jobs') });
            showToast('info', t('about.rewrapStarted'));
          }}
          onClose={() => setRewrapping(false)}
        />
      )}
    </Panel>
  );
}
