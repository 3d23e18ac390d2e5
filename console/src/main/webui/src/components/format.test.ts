import { describe, expect, it } from 'vitest';
import { bytes, byteStep, duration, durationBetween, isUuid, localTime, relativeTime } from './format';

const NOW = Date.parse('2026-11-30T12:00:00Z');

describe('relativeTime', () => {
  it.each([
    ['2026-11-30T11:59:57Z', 'now'],
    ['2026-11-30T11:59:20Z', '40 seconds ago'],
    ['2026-11-30T11:01:00Z', '59 minutes ago'],
    ['2026-11-29T11:00:00Z', 'yesterday'],
    ['2026-12-02T13:00:00Z', 'in 2 days'],
    ['2025-11-01T00:00:00Z', 'last year'],
  ])('says %s as "%s"', (value, text) => expect(relativeTime(value, NOW)).toBe(text));
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [250 * 1024 * 1024, '250 MiB'],
    [3 * 1024 ** 4, '3.0 TiB'],
  ])('says %d as "%s"', (value, text) => expect(bytes(value)).toBe(text));
});

describe('byteStep', () => {
  it.each([
    [0, '0 B', 512],
    [61 * 1024 ** 2, '20.0 MiB', 4],
    [5 * 1024 ** 4, '2.0 TiB', 4],
    [900 * 1024, '500 KiB', 4],
  ])('has lines with short labels up to %d', (highest, step, most) => {
    const distance = byteStep(highest);
    expect(highest / distance).toBeLessThanOrEqual(most);
    if (highest > 0) expect(bytes(distance)).toBe(step);
  });
});

describe('duration', () => {
  it.each([
    [740, '740 ms'],
    [12_340, '12.3 s'],
    [245_000, '4 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [90_000_000, '1 d 1 h'],
  ])('says %d as "%s"', (value, text) => expect(duration(value)).toBe(text));

  it('is unknown without an end', () => expect(durationBetween('2026-11-30T12:00:00Z', null)).toBeUndefined());
});

describe('localTime', () => {
  it('survives the way into an input and back', () => {
    expect(new Date(localTime('2026-11-30T12:34:00Z')).toISOString()).toBe('2026-11-30T12:34:00.000Z');
  });
  it('is empty for what is not a time', () => expect(localTime('soon')).toBe(''));
});

describe('isUuid', () => {
  it('knows an id from a name', () => {
    expect(isUuid('0198c5d2-a1c4-7d0f-8a3e-5b6c7d8e9f00')).toBe(true);
    expect(isUuid('acme_corp')).toBe(false);
  });
});
