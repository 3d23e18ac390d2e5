import { describe, expect, it } from 'vitest';
import { compareFiles } from './files';

describe('compareFiles', () => {
  it('lists the files of one version in the order of their numbers', () => {
    const files = compareFiles({ 'migrations/V10__b.sql': '', 'migrations/V2__a.sql': '', 'blueprint.yaml': '' });
    expect(files.map(({ path }) => path)).toEqual(['blueprint.yaml', 'migrations/V2__a.sql', 'migrations/V10__b.sql']);
  });

  it('says which files were added, removed and changed', () => {
    const files = compareFiles({ same: '1', changed: '2', added: '' }, { same: '1', changed: '1', removed: '' });
    expect(Object.fromEntries(files.map(({ path, change }) => [path, change]))).toEqual({ same: 'same', changed: 'changed', added: 'added', removed: 'removed' });
  });
});
