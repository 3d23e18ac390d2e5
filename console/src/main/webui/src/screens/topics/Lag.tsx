import { useTranslation } from 'react-i18next';
import type { Ingestion } from '../../api/client';
import { count } from '../../components/format';
import './lag.css';

export function Lag({ lag }: { lag?: number | null }) {
  const { t } = useTranslation();
  if (lag == null) return <span className="tn-muted">{t('groups.unknown')}</span>;
  return lag === 0 ? <span>{count(0)}</span> : <strong title={t('groups.behind', { count: lag })}>{count(lag)}</strong>;
}

/** The lag of each partition as a bar; the highest is as high as the row. */
export function LagBars({ offsets }: { offsets: Ingestion['Offset'][] }) {
  const { t } = useTranslation();
  const highest = Math.max(...offsets.map(({ lag }) => lag), 1);
  return (
    <div className="tn-lag" role="img" aria-label={t('groups.perPartition')}>
      {offsets.map(({ partition, lag }) => (
        <span key={partition} title={`${partition}: ${count(lag)}`} data-behind={lag > 0 || undefined} style={{ height: `${Math.max((lag / highest) * 100, 8)}%` }} />
      ))}
    </div>
  );
}
