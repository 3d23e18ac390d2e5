import type { Service } from './services';

/** The body of a failed response (RFC 9457), as far as it could be read. */
export interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  status?: number;
  retryable?: boolean;
  service?: string;
  errors?: { field: string; message: string }[];
}

/** A call that failed, with the stable code of the service. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly service?: Service,
  ) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
  }

  static async of(response: Response, service?: Service): Promise<ApiError> {
    let problem: Problem = {};
    try {
      problem = (await response.json()) as Problem;
    } catch {
      // A proxy in between answered with something else: the status is all there is.
    }
    return new ApiError(response.status, problem, service);
  }

  get code(): string {
    return this.problem.code ?? (this.status === 0 ? 'CONSOLE_UNREACHABLE' : `HTTP_${this.status}`);
  }

  /** Whether the service did not answer. An answer with a code of its own, such as RECOVERY_MODE, is one. */
  get isUnavailable(): boolean {
    const code = this.problem.code;
    if (code !== undefined) return code === 'SERVICE_UNAVAILABLE' || code === 'SHUTTING_DOWN';
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  get isRetryable(): boolean {
    return this.problem.retryable ?? this.isUnavailable;
  }
}

export const unreachable = () => new ApiError(0, {});

/** Whether trying again without anybody's help may succeed. Other failures are shown at once. */
export function isWorthRetrying(failures: number, error: unknown): boolean {
  return failures < 2 && error instanceof ApiError && error.isRetryable && !error.isUnavailable;
}
