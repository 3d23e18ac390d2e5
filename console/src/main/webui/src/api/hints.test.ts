import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followHints, isAffected, isLive, pollInterval } from './hints';

class Source {
  readyState = 1;
  onopen?: () => void;
  onerror?: () => void;
  onmessage?: (message: { data: string }) => void;
  close = vi.fn();
  hint = (data: string) => this.onmessage!({ data });
}

describe('followHints', () => {
  let source: Source;
  let queries: QueryClient;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', { CLOSED: 2 });
    source = new Source();
    queries = new QueryClient();
    for (const path of ['/api/tenant/v1/tenants', '/api/backup/v1/campaigns/{campaign_id}/migrations', '/api/ingestion/v1/topics']) {
      queries.setQueryData(['get', path], {});
    }
    stop = followHints(queries, () => source as unknown as EventSource);
    source.onopen!();
    queries.getQueryCache().getAll().forEach((query) => query.setState({ isInvalidated: false }));
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const stale = () =>
    queries
      .getQueryCache()
      .getAll()
      .filter((query) => query.state.isInvalidated)
      .map(({ queryKey: [, path] }) => path);

  it('refreshes what a hint names, and nothing else', () => {
    source.hint('{"kind":"campaign","id":"1"}');
    vi.advanceTimersByTime(1_000);
    expect(stale()).toEqual(['/api/backup/v1/campaigns/{campaign_id}/migrations']);
  });

  it('refreshes once for many hints that come together', () => {
    const invalidate = vi.spyOn(queries, 'invalidateQueries');
    for (let id = 0; id < 200; id++) source.hint(`{"kind":"tenant","id":"${id}"}`);
    vi.advanceTimersByTime(1_000);
    expect(invalidate).toHaveBeenCalledOnce();
  });

  it('handles hints that come during a refresh after it', async () => {
    source.hint('{"kind":"topic","id":"1"}');
    vi.advanceTimersByTime(600);
    source.hint('{"kind":"campaign","id":"1"}');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stale()).toHaveLength(2);
  });

  it('polls more often while the stream is interrupted', () => {
    const interval = pollInterval();
    source.onerror!();
    expect(isLive.get()).toBe(false);
    expect(pollInterval()).toBeLessThan(interval);
  });

  it('refreshes everything when the stream is back, as hints are not repeated', () => {
    source.onerror!();
    source.onopen!();
    expect(stale()).toHaveLength(3);
  });

  it('ignores what is not a hint', () => {
    source.hint('nothing');
    source.hint('{}');
    vi.advanceTimersByTime(1_000);
    expect(stale()).toEqual([]);
  });
});

describe('isAffected', () => {
  it('leaves what is about one tenant alone when another changes', () => {
    const hint = { kind: 'tenant', id: '1', tenant_id: '1' };
    expect(isAffected(hint, '/api/tenant/v1/tenants/{tenant_id}', { tenant_id: '2' })).toBe(false);
    expect(isAffected(hint, '/api/tenant/v1/tenants/{tenant_id}', { tenant_id: '1' })).toBe(true);
    expect(isAffected(hint, '/api/tenant/v1/tenants')).toBe(true);
  });

  it('takes everything for changed if events may have been missed', () => {
    expect(isAffected({ kind: 'all', id: '' }, '/api/ingestion/v1/topics')).toBe(true);
  });

  it('takes a kind that it does not know for the name of a path', () => {
    expect(isAffected({ kind: 'instances', id: '1' }, '/api/ingestion/v1/instances')).toBe(true);
  });
});
