/** Something that happened to a tenant, from any of the services. */
export interface Entry {
  id: string;
  at: string;
  kind: 'audit' | 'job' | 'backup' | 'restore' | 'drill' | 'migration';
  /** What happened: an action of the audit log, a type of job. */
  what: string;
  status: string;
  detail?: string;
  actor?: string;
}

/** The newest entries of one source. */
export interface Source {
  entries: Entry[];
  /** Whether it has older ones that were not read. */
  hasMore: boolean;
}

/**
 * The entries of all sources, newest first. It ends where a source with more entries ends: below that point its entries are unknown, and the
 * timeline would have gaps.
 */
export function mergeTimeline(sources: Source[]): { entries: Entry[]; isComplete: boolean } {
  const ends = sources.filter(({ hasMore, entries }) => hasMore && entries.length > 0).map(({ entries }) => Math.min(...entries.map(({ at }) => Date.parse(at))));
  const end = Math.max(-Infinity, ...ends);
  const entries = sources
    .flatMap((source) => source.entries)
    .filter(({ at }) => Date.parse(at) >= end)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || a.id.localeCompare(b.id));
  return { entries, isComplete: ends.length === 0 };
}
