import { useTranslation } from 'react-i18next';
import { AppLink } from '../../components/AppLink';

/** The two lists of backups, as links that open in a new tab. */
export function BackupTabs({ active }: { active: 'protection' | 'all' }) {
  const { t } = useTranslation();
  return (
    <nav className="tn-links" aria-label={t('backups.tabs.label')}>
      <AppLink to="/backups" aria-current={active === 'protection' ? 'page' : undefined}>
        {t('backups.tabs.protection')}
      </AppLink>
      <AppLink to="/backups/all" aria-current={active === 'all' ? 'page' : undefined}>
        {t('backups.tabs.all')}
      </AppLink>
    </nav>
  );
}
