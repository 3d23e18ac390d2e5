import type { Backup } from '../../api/client';

type Migration = Backup['Migration'];

export interface Wave {
  number: number;
  cells: Migration[];
}

/** A campaign's tenants by wave, the canaries first; within a wave those first that it was planned with first. */
export function wavesOf(newestFirst: Migration[]): Wave[] {
  const waves = new Map<number, Migration[]>();
  for (const migration of newestFirst.toReversed()) {
    const number = migration.wave ?? 0;
    waves.set(number, [...(waves.get(number) ?? []), migration]);
  }
  return [...waves].sort(([a], [b]) => a - b).map(([number, cells]) => ({ number, cells }));
}

export interface FailureGroup {
  code: string;
  /** The message of one of them. */
  message: string;
  tenants: Migration[];
}

/** What differs between tenants with the same error: ids, also as part of a schema's name, numbers and quoted names. */
const VARYING = /[0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12}|"[^"]*"|\d+/gi;

/** Tenants whose migration failed or waits for a retry, by error; the most frequent first. */
export function failureGroups(migrations: Migration[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const migration of migrations) {
    if (!migration.error || !['failed', 'waiting'].includes(migration.status)) continue;
    const { code = '', message = '' } = migration.error;
    const key = `${code} ${message.replaceAll(VARYING, '…')}`;
    const group = groups.get(key);
    if (group) group.tenants.push(migration);
    else groups.set(key, { code, message, tenants: [migration] });
  }
  return [...groups.values()].sort((a, b) => b.tenants.length - a.tenants.length);
}

/** The shares of a campaign's progress bar, in the order in which they are drawn. */
export const SHARES = ['completed', 'failed', 'skipped', 'cancelled', 'running', 'pending'] as const;

export function totalOf(counts: Backup['Counts']): number {
  return SHARES.reduce((sum, share) => sum + (counts[share] ?? 0), 0);
}

export type CampaignAction = 'pause' | 'resume' | 'retry' | 'rollback' | 'cancel';

/** What may be done to a campaign now, the most likely first. */
export function actionsFor({ status, direction, tenants }: Pick<Backup['Campaign'], 'status' | 'direction' | 'tenants'>): CampaignAction[] {
  const hasFailed = (tenants?.failed ?? 0) > 0;
  const isOpen = status === 'running' || status === 'paused' || status === 'halted';
  return [
    ...(status === 'running' ? (['pause'] as const) : []),
    ...(hasFailed && status !== 'cancelled' ? (['retry'] as const) : []),
    ...(status === 'paused' || status === 'halted' ? (['resume'] as const) : []),
    ...(direction === 'forward' && status !== 'running' && status !== 'paused' && (tenants?.completed ?? 0) > 0 ? (['rollback'] as const) : []),
    ...(isOpen ? (['cancel'] as const) : []),
  ];
}
