import type { Backup } from '../../api/client';

type Restore = Pick<Backup['Restore'], 'status' | 'former'>;

/** Whether the replaced data is still kept. The service decides when it is asked. */
export function isUndoable({ status, former }: Restore, now: number): boolean {
  return status === 'completed' && former != null && former.dropped_at == null && Date.parse(former.expires_at) > now;
}

/** The time that is left, as a clock counts it: days, then hours:minutes:seconds. */
export function countdown(expiresAt: string, now: number): { days: number; clock: string } {
  const seconds = Math.max(Math.floor((Date.parse(expiresAt) - now) / 1_000), 0);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    days: Math.floor(seconds / 86_400),
    clock: `${two(Math.floor(seconds / 3_600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`,
  };
}
