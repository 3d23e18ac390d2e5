import { bytes, count } from '../../components/format';

export const MEASURES = ['storage', 'tables', 'connections', 'transactions', 'rows_in', 'rows_out', 'events', 'event_bytes', 'events_delivered', 'backups', 'backup_bytes'] as const;
export type Measure = (typeof MEASURES)[number];

export const isMeasure = (value: string | undefined): value is Measure => MEASURES.includes(value as Measure);

/** A value of a measure with its unit. */
export function formatOf(measure: Measure): (value: number) => string {
  return measure === 'storage' || measure.endsWith('_bytes') ? bytes : count;
}

/** The first day, so that with today it is so many days; UTC, as the service counts days. */
export const firstDay = (days: number, now: number) => new Date(now - (days - 1) * 86_400_000).toISOString().slice(0, 10);

/** The months that may be exported, the newest first. */
export function months(now: number, number: number): string[] {
  const date = new Date(now);
  return Array.from({ length: number }, (_, back) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1)).toISOString().slice(0, 7));
}
