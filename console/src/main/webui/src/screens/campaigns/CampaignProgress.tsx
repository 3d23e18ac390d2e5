import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/client';
import { count } from '../../components/format';
import { SHARES, totalOf } from './rules';
import './campaigns.css';

/** How many of a campaign's tenants are in which status, as a bar of shares. */
export function CampaignProgress({ counts, isWide = false }: { counts: Backup['Counts']; isWide?: boolean }) {
  const { t } = useTranslation();
  const total = totalOf(counts);
  const done = (counts.completed ?? 0) + (counts.failed ?? 0) + (counts.skipped ?? 0) + (counts.cancelled ?? 0);
  return (
    <div className="tn-progress" data-wide={isWide || undefined}>
      <div className="tn-progress__bar" role="img" aria-label={SHARES.filter((share) => counts[share]).map((share) => `${t(`campaigns.share.${share}`)}: ${counts[share]}`).join(', ') || t('common.none')}>
        {SHARES.filter((share) => (counts[share] ?? 0) > 0).map((share) => (
          <span key={share} className="tn-progress__share" data-share={share} style={{ flexGrow: counts[share] }} />
        ))}
      </div>
      <span className="tn-progress__text">{t('campaigns.progress', { done: count(done), total: count(total) })}</span>
    </div>
  );
}
