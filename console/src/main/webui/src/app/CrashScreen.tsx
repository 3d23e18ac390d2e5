import { Button, PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { FailureState } from '../components/Failure';
import { Nothing } from '../components/Nothing';
import { AppLink } from '../components/AppLink';

/** In the place of a screen that cannot be shown, beside the navigation that still works. */
export function CrashScreen({ error }: { error: unknown }) {
  return (
    <PageSection hasBodyWrapper={false}>
      <FailureState error={error} onRetry={() => location.reload()} />
    </PageSection>
  );
}

export function NotFoundScreen() {
  const { t } = useTranslation();
  return (
    <PageSection hasBodyWrapper={false}>
      <Nothing
        isPage
        isFiltered
        title={t('notFound.title')}
        body={t('notFound.body')}
        action={
          <Button variant="primary" component={(props) => <AppLink to="/" {...props} />}>
            {t('notFound.action')}
          </Button>
        }
      />
    </PageSection>
  );
}
