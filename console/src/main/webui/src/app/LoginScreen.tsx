import { Alert, Button, Form, FormGroup, HelperText, HelperTextItem, TextInput, Title } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { hasExpired, logIn, type SignedOut } from '../api/session';
import { useStore } from '../api/store';
import { FailureAlert } from '../components/Failure';
import { Brand } from './Brand';
import { rememberPage } from './returning';

/** The OpenID log-in ends at /login?error=CODE if the user was refused. */
function refusalOfProvider(): unknown {
  const code = location.pathname === '/login' ? new URLSearchParams(location.search).get('error') : null;
  const status: Record<string, number> = { FORBIDDEN: 403, UNAUTHENTICATED: 401, SERVICE_UNAVAILABLE: 503 };
  return code && code in status ? new ApiError(status[code]!, { code }) : undefined;
}

/** Asks for a key, or sends the user to the OpenID provider. */
export function LoginScreen({ offer }: { offer: SignedOut }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const expired = useStore(hasExpired);
  const [key, setKey] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(refusalOfProvider);
  useEffect(() => {
    document.title = 'Tenantry';
  }, []);

  async function submit() {
    setBusy(true);
    setError(undefined);
    try {
      await logIn(key.trim());
      await queries.invalidateQueries({ queryKey: ['session'] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  const withKey = offer.logins.includes('key');
  return (
    <main className="tn-login">
      <div className="tn-login__card">
        <Brand />
        <Title headingLevel="h1" size="xl">
          {t('login.title')}
        </Title>
        {expired && !error && <Alert isInline variant="info" title={t('login.expired')} />}
        <FailureAlert error={error} />
        {offer.logins.includes('oidc') && (
          <Button
            variant={withKey ? 'secondary' : 'primary'}
            isBlock
            component="a"
            href="/session/oidc"
            onClick={rememberPage}
          >
            {t('login.oidc')}
          </Button>
        )}
        {withKey && (
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            <FormGroup label={t('login.key')} fieldId="key">
              <TextInput id="key" type="password" value={key} onChange={(_, value) => setKey(value)} autoComplete="current-password" autoFocus isRequired />
              <HelperText>
                <HelperTextItem>{t('login.keyHelp')}</HelperTextItem>
              </HelperText>
            </FormGroup>
            <Button type="submit" isBlock isDisabled={key.trim() === '' || isBusy} isLoading={isBusy}>
              {t('login.submit')}
            </Button>
          </Form>
        )}
      </div>
    </main>
  );
}
