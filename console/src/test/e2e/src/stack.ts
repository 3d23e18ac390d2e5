/** The running stack, as the environment names it: the console, the services behind it, and the keys of the roles. */

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; see README.md`);
  return value;
}

export type Role = 'viewer' | 'operator' | 'admin';
export type Service = 'tenant' | 'ingestion' | 'backup';

export const consoleUrl = required('TENANTRY_CONSOLE_URL');

const services: Record<Service, string> = {
  tenant: required('TENANT_URL'),
  ingestion: required('INGESTION_URL'),
  backup: required('BACKUP_URL'),
};

export const keys: Record<Role, string | undefined> = {
  viewer: process.env.TENANTRY_VIEWER_KEY,
  operator: process.env.TENANTRY_OPERATOR_KEY,
  admin: required('TENANTRY_ADMIN_KEY'),
};

/** Where the caller of the tests stops and starts services and changes the control database; absent against a stack that nobody controls. */
export const control = process.env.TENANTRY_E2E_CONTROL;

/** An address that the tests themselves serve: it may embed the portal, and webhooks may be sent to it. Absent where the stack permits neither. */
export const guest = process.env.TENANTRY_E2E_GUEST;

/** A response of a service, asked directly as an admin: the tests prepare and check by REST what the browser shows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests name the fields that they read
export async function call(service: Service, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<any> {
  const response = await fetch(`${services[service]}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${keys.admin}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} of ${service}-service: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** Waits until a function returns something. */
export async function until<T>(what: string, find: () => Promise<T | undefined | false>, limit = 30_000): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function job(service: Service, id: string): Promise<{ result: Record<string, string>; tenant_id: string }> {
  return until(`the end of job ${id}`, async () => {
    const found = await call(service, 'GET', `/jobs/${id}?wait=20`);
    if (['failed', 'cancelled'].includes(found.status)) throw new Error(JSON.stringify(found));
    return found.status === 'completed' && found;
  });
}

/** Runs SQL in the control database. */
export async function sql(statement: string): Promise<void> {
  await command('/sql', statement);
}

export async function command(path: string, body = ''): Promise<void> {
  const response = await fetch(`${control}${path}`, { method: 'POST', body });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** Runs work for each item, several at the same time. */
export async function eachOf<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
    }),
  );
}
