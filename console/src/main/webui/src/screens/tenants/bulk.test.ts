import { expect, it } from 'vitest';
import { runEach, type BulkState } from './bulk';

const ids = Array.from({ length: 10 }, (_, index) => String(index));

it('works on a few at a time and on each one', async () => {
  let running = 0;
  let most = 0;
  const done: string[] = [];
  await runEach(
    ids,
    async (id) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      done.push(id);
    },
    () => undefined,
  );
  expect(done.sort()).toEqual(ids);
  expect(most).toBe(4);
});

it('reports a failure beside its tenant and goes on', async () => {
  const states = new Map<string, BulkState>();
  const error = new Error('refused');
  await runEach(ids, (id) => (id === '3' ? Promise.reject(error) : Promise.resolve()), (id, state) => states.set(id, state));
  expect(states.get('3')).toEqual({ status: 'failed', error });
  expect([...states.values()].filter(({ status }) => status === 'completed')).toHaveLength(9);
});
