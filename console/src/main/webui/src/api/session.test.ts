import { expect, it } from 'vitest';
import { includes } from './session';

it('includes the weaker roles in the stronger ones', () => {
  expect(includes('admin', 'operator')).toBe(true);
  expect(includes('operator', 'operator')).toBe(true);
  expect(includes('viewer', 'operator')).toBe(false);
});
it('permits a role that it does not know to read only', () => {
  expect(includes('backup_reader', 'viewer')).toBe(true);
  expect(includes('backup_reader', 'operator')).toBe(false);
});
