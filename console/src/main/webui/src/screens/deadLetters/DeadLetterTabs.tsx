import { useTranslation } from 'react-i18next';
import { AppLink } from '../../components/AppLink';

export function DeadLetterTabs({ active }: { active: 'list' | 'lost' }) {
  const { t } = useTranslation();
  return (
    <nav className="tn-links" aria-label={t('deadLetters.tabs.label')}>
      <AppLink to="/dead-letters" aria-current={active === 'list' ? 'page' : undefined}>
        {t('deadLetters.tabs.list')}
      </AppLink>
      <AppLink to="/dead-letters/lost" aria-current={active === 'lost' ? 'page' : undefined}>
        {t('deadLetters.tabs.lost')}
      </AppLink>
    </nav>
  );
}
