import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In the order of their names, always the same: screens.test.ts shows what others have made. */
class ByName extends BaseSequencer {
  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.sort((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

// One browser for all files, one file after the other: the tests share a machine with the services that they drive.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    fileParallelism: false,
    sequence: { sequencer: ByName },
    globalSetup: ['src/fixtures.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As deploy/local/verify does with each test that fails: once more, which is shown.
    retry: 1,
    slowTestThreshold: 5_000,
    reporters: ['verbose'],
  },
});
