import { describe, expect, it } from 'vitest';
import { firstDay, formatOf, months } from './measures';

const NEW_YEAR = Date.parse('2026-01-01T00:30:00Z');

describe('periods of usage', () => {
  it('include today', () => {
    expect(firstDay(1, NEW_YEAR)).toBe('2026-01-01');
    expect(firstDay(7, NEW_YEAR)).toBe('2025-12-26');
  });

  it('are months of UTC, back over the turn of the year', () => expect(months(NEW_YEAR, 3)).toEqual(['2026-01', '2025-12', '2025-11']));

  it('have the unit of the measure', () => {
    expect(formatOf('storage')(2048)).toBe('2.0 KiB');
    expect(formatOf('events')(2048)).toBe('2,048');
  });
});
