import { describe, expect, it } from 'vitest';
import { attention, type Fleet } from './attention';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const keys = (fleet: Partial<Record<keyof Fleet, unknown>>) => attention(fleet as Fleet, NOW).map(({ key }) => key);

describe('attention', () => {
  it('is empty while nothing is known', () => expect(keys({})).toEqual([]));

  it('names a full cluster, one that is nearly full, and none that is drained', () => {
    const cluster = (name: string, tenants: number, status = 'active') => ({ name, tenants, capacity: 100, status });
    const found = attention({ clusters: [cluster('a', 89), cluster('b', 90), cluster('c', 100), cluster('d', 100, 'draining')] } as unknown as Fleet, NOW);
    expect(found.map(({ key, values }) => [key, values.name])).toEqual([
      ['clusterFull', 'c'],
      ['clusterNearlyFull', 'b'],
    ]);
  });

  it('counts jobs that failed within a day', () => {
    const job = (finished_at: string, status = 'failed') => ({ status, finished_at, created_at: finished_at });
    const [found] = attention({ tenantJobs: [job('2026-11-30T11:00:00Z'), job('2026-11-28T11:00:00Z'), job('2026-11-30T11:00:00Z', 'completed')] } as unknown as Fleet, NOW);
    expect(found).toMatchObject({ key: 'failedJobs', values: { count: 1 } });
  });

  it('puts what is urgent first', () => {
    const fleet = { deadLetters: { total: 1, counts: [{ status: 'waiting', count: 1 }] }, recovery: { active: true } };
    expect(keys(fleet)).toEqual(['recovery', 'deadLetters']);
  });

  it('ignores dead letters that were handled', () => expect(keys({ deadLetters: { total: 3, counts: [{ status: 'redriven', count: 3 }] } })).toEqual([]));

  it('names a halted campaign and a store that is not usable', () => {
    expect(keys({ campaigns: [{ id: '1', status: 'halted', blueprint: 'car' }], stores: [{ name: 'primary', state: 'ours' }, { name: 'second', state: 'unavailable' }] })).toEqual(['store', 'halted']);
  });
});
