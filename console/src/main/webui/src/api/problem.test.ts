import { describe, expect, it } from 'vitest';
import { ApiError, isWorthRetrying, unreachable } from './problem';

describe('ApiError', () => {
  it('has the code of the problem detail', async () => {
    const response = new Response(JSON.stringify({ code: 'TENANT_BUSY', detail: 'The tenant is deleting.', retryable: true }), { status: 409 });
    const error = await ApiError.of(response, 'tenant');
    expect(error).toMatchObject({ code: 'TENANT_BUSY', status: 409, message: 'The tenant is deleting.', isRetryable: true, isUnavailable: false });
  });

  it('is understood without a problem detail, such as of a proxy', async () => {
    expect(await ApiError.of(new Response('<html>', { status: 502 }), 'backup')).toMatchObject({ code: 'HTTP_502', isUnavailable: true });
  });

  it('does not take an answer with a code of its own for a service that is unavailable', () => {
    expect(new ApiError(503, { code: 'RECOVERY_MODE' }).isUnavailable).toBe(false);
    expect(new ApiError(503, { code: 'SERVICE_UNAVAILABLE' }).isUnavailable).toBe(true);
  });
});

describe('isWorthRetrying', () => {
  it('repeats what may succeed, twice', () => {
    const error = new ApiError(503, { code: 'OVERLOADED', retryable: true });
    expect([0, 1, 2].map((failures) => isWorthRetrying(failures, error))).toEqual([true, true, false]);
  });
  it('shows at once that a service does not answer', () => expect(isWorthRetrying(0, unreachable())).toBe(false));
  it('shows a refusal at once', () => expect(isWorthRetrying(0, new ApiError(403, { code: 'FORBIDDEN', retryable: false }))).toBe(false));
});
