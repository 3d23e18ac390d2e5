import { describe, expect, it } from 'vitest';
import { mergeTimeline, type Entry } from './timeline';

const entry = (id: string, at: string): Entry => ({ id, at: `2026-01-0${at}T00:00:00Z`, kind: 'job', what: id, status: 'completed' });

describe('mergeTimeline', () => {
  it('puts the entries of all sources in order, newest first', () => {
    const merged = mergeTimeline([
      { entries: [entry('a', '3'), entry('b', '1')], hasMore: false },
      { entries: [entry('c', '2')], hasMore: false },
    ]);
    expect(merged.entries.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    expect(merged.isComplete).toBe(true);
  });

  it('ends where a source with unread entries ends, so that nothing is missing in between', () => {
    const merged = mergeTimeline([
      { entries: [entry('a', '5'), entry('b', '3')], hasMore: true },
      { entries: [entry('c', '4'), entry('d', '2'), entry('e', '1')], hasMore: false },
    ]);
    expect(merged.entries.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    expect(merged.isComplete).toBe(false);
  });

  it('is empty and complete without entries', () => {
    expect(mergeTimeline([{ entries: [], hasMore: false }])).toEqual({ entries: [], isComplete: true });
  });
});
