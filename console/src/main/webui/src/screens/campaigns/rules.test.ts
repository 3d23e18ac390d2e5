import { describe, expect, it } from 'vitest';
import type { Backup } from '../../api/client';
import { actionsFor, failureGroups, totalOf, wavesOf } from './rules';

type Migration = Backup['Migration'];

let last = 0;
const migration = (wave: number, status: Migration['status'], error?: Migration['error']) =>
  ({ id: `m${++last}`, tenant_id: `t${last}`, wave, status, error }) as Migration;

describe('the board of a campaign', () => {
  it('has the canaries first and keeps the order of the plan', () => {
    const planned = [migration(0, 'completed'), migration(1, 'running'), migration(1, 'pending'), migration(2, 'pending')];
    const waves = wavesOf(planned.toReversed());
    expect(waves.map((wave) => wave.number)).toEqual([0, 1, 2]);
    expect(waves[1]!.cells.map((cell) => cell.id)).toEqual([planned[1]!.id, planned[2]!.id]);
  });

  it('groups failures by error, whatever differs between tenants', () => {
    const failed = (message: string, code = 'MIGRATION_FAILED') => migration(1, 'failed', { code, message });
    const groups = failureGroups([
      failed('relation "a" is violated by row 5'),
      migration(1, 'completed'),
      failed('relation "b" is violated by row 12'),
      failed('car_01a22d37_0f81_7cd7_85bc_201a1a64122e is too old', 'CHECK_FAILED'),
      failed('car_01a22d37_0f73_74c2_8691_8fc89f9cb969 is too old', 'CHECK_FAILED'),
      failed('does not answer', 'DATABASE_UNAVAILABLE'),
    ]);
    expect(groups.map((group) => [group.code, group.tenants.length])).toEqual([
      ['MIGRATION_FAILED', 2],
      ['CHECK_FAILED', 2],
      ['DATABASE_UNAVAILABLE', 1],
    ]);
  });

  it('counts only tenants that the campaign migrates', () => {
    expect(totalOf({ current: 100, completed: 3, failed: 1, pending: 2 } as Backup['Counts'])).toBe(6);
  });
});

describe('what is offered for a campaign', () => {
  const of = (status: string, tenants: object, direction = 'forward') => actionsFor({ status, direction, tenants } as Backup['Campaign']);
  it.each([
    ['running', { failed: 0 }, ['pause', 'cancel']],
    ['paused', { failed: 0, completed: 4 }, ['resume', 'cancel']],
    ['halted', { failed: 2, completed: 4 }, ['retry', 'resume', 'rollback', 'cancel']],
    ['completed', { failed: 0, completed: 4 }, ['rollback']],
    ['cancelled', { failed: 1, completed: 0 }, []],
  ])('%s with %o', (status, tenants, actions) => expect(of(status, tenants)).toEqual(actions));

  it('is no rollback of a rollback', () => expect(of('completed', { completed: 4 }, 'rollback')).toEqual([]));
});
