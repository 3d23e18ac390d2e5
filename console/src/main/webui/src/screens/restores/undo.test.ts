import { describe, expect, it } from 'vitest';
import type { Backup } from '../../api/client';
import { countdown, isUndoable } from './undo';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const former = (expires: string, dropped?: string) => ({ cluster: 'c', database: 'd', expires_at: expires, dropped_at: dropped }) as Backup['Former'];

describe('the undo of a restore', () => {
  it.each([
    ['completed', former('2026-03-01T12:00:01Z'), true],
    ['completed', former('2026-03-01T11:59:59Z'), false],
    ['completed', former('2026-03-02T12:00:00Z', '2026-03-01T11:00:00Z'), false],
    ['completed', undefined, false],
    ['undone', former('2026-03-02T12:00:00Z'), false],
    ['running', undefined, false],
  ] as const)('%s with %o: %s', (status, kept, expected) => expect(isUndoable({ status, former: kept }, NOW)).toBe(expected));

  it('counts down to zero and no further', () => {
    expect(countdown('2026-03-03T14:03:05Z', NOW)).toEqual({ days: 2, clock: '02:03:05' });
    expect(countdown('2026-03-01T11:00:00Z', NOW)).toEqual({ days: 0, clock: '00:00:00' });
  });
});
