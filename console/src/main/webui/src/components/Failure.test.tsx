import { describe, expect, it } from 'vitest';
import '../i18n';
import { ApiError, unreachable } from '../api/problem';
import { explain } from './Failure';

describe('explain', () => {
  it('has the words of the service and advice for the code', () => {
    const { title, detail, advice, code } = explain(new ApiError(409, { code: 'TENANT_BUSY', title: 'Another operation on the tenant in progress', detail: 'The tenant is deleting.' }, 'tenant'));
    expect([title, detail, code]).toEqual(['Another operation on the tenant in progress', 'The tenant is deleting.', 'TENANT_BUSY']);
    expect(advice).toContain('then try again');
  });

  it('names the service that does not answer', () => {
    expect(explain(new ApiError(503, { code: 'SERVICE_UNAVAILABLE', title: 'Service unavailable' }, 'backup')).title).toBe('backup-service does not answer');
  });

  it('has advice for every status, also without a code', () => {
    for (const status of [0, 400, 401, 403, 404, 409, 410, 413, 418, 422, 429, 500, 502, 503, 504]) {
      expect(explain(new ApiError(status, {})).advice).toBeTruthy();
    }
    expect(explain(unreachable()).code).toBe('CONSOLE_UNREACHABLE');
  });

  it('explains what is not a failed call, too', () => expect(explain(new TypeError('x is undefined')).title).toBe('Something failed'));
});
