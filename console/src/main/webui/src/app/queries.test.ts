import { QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { ApiError } from '../api/problem';
import { serviceAnswered, serviceFailed } from '../api/services';
import { createQueries } from './queries';

it('reads again what a service could not answer as soon as the service answers', async () => {
  const queries = createQueries();
  let isDown = true;
  const queryFn = () => (isDown ? Promise.reject(new ApiError(503, { code: 'SERVICE_UNAVAILABLE' }, 'backup')) : Promise.resolve('read'));
  const observer = new QueryObserver(queries, { queryKey: ['get', '/api/backup/v1/backups'], queryFn, refetchInterval: false });
  const results: unknown[] = [];
  const unsubscribe = observer.subscribe(({ data, error }) => results.push(data ?? error));
  serviceFailed('backup');
  await expect.poll(() => results.at(-1)).toBeInstanceOf(ApiError);
  isDown = false;
  serviceAnswered('backup');
  await expect.poll(() => results.at(-1)).toBe('read');
  unsubscribe();
});
