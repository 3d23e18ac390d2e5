/** What the tests find in the installation: created by REST, once for all of them. */
import type { TestProject } from 'vitest/node';
import { call, eachOf, job } from './stack.ts';

export interface Fixtures {
  /** Part of the names of this run, so that several runs do not disturb each other. */
  run: string;
  /** A blueprint with many tenants at its first version; a second one is published. */
  fleet: { blueprint: string; tenants: string[]; failing: string[] };
  /** A tenant with a backup that was drilled. */
  shop: { id: string; name: string; backup: string };
  /** A tenant with events that could not be delivered. */
  sender: { id: string; name: string };
  instance: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    fixtures: Fixtures;
  }
}

const FLEET = 200;
/** These fail, as the last of them all, so that the campaign does not halt. */
const FAILING = 3;

const blueprintOf = (name: string) =>
  `name: ${name}\nisolation: schema\nnaming: ${name}_{tenant_id}\nextensions: { required: [], optional: [] }\nbackup: { schedule: "0 0 2 * * ?", retention_days: 7 }\n`;

const publish = (name: string, migrations: Record<string, string>) =>
  call('tenant', 'PUT', `/blueprints/${name}`, {
    files: { 'blueprint.yaml': blueprintOf(name), ...Object.fromEntries(Object.entries(migrations).map(([file, sql]) => [`migrations/${file}`, sql])) },
  });

export default async function prepare(project: TestProject): Promise<void> {
  const run = Date.now().toString(36).slice(-6);
  // One after the other: the service checks one blueprint at a time.
  const sender = await createSender(run);
  const [fleet, shop] = await Promise.all([createFleet(run), createShop(run)]);
  const instance = `phone-${run}`;
  await call('ingestion', 'POST', '/instances', { name: instance, tenant_id: sender.id, webhook_secret: 'a-secret-of-the-tests' });
  project.provide('fixtures', { run, fleet, shop, sender, instance });
}

async function createFleet(run: string): Promise<Fixtures['fleet']> {
  const blueprint = `fleet${run}`;
  const first = { 'V1__cars.sql': 'CREATE TABLE cars (car_id bigint PRIMARY KEY);\n', 'U1__cars.sql': 'DROP TABLE cars;\n' };
  await publish(blueprint, first);
  const schemas = new Map<string, string>();
  const names = Array.from({ length: FLEET }, (_, index) => `fleet-${run}-${String(index + 1).padStart(3, '0')}`);
  await eachOf(names, 6, async (name) => {
    const tenant = await call('tenant', 'POST', '/tenants', { name, environment: 'production', blueprint });
    schemas.set(tenant.tenant_id, tenant.database.schema);
  });
  // The tenants of a campaign are planned by their ids, which are ordered by creation.
  const tenants = [...schemas.keys()].sort();
  const failing = tenants.slice(-FAILING);
  const refused = failing.map((id) => `'${schemas.get(id)}'`).join(', ');
  await publish(blueprint, {
    ...first,
    'V2__names.sql': `ALTER TABLE cars ADD COLUMN name text;
SELECT pg_sleep(0.1);
DO $$ BEGIN
  IF current_schema() IN (${refused}) THEN RAISE EXCEPTION 'column "name" of % already has another meaning', current_schema(); END IF;
END $$;
`,
    'U2__names.sql': 'ALTER TABLE cars DROP COLUMN name;\n',
  });
  return { blueprint, tenants, failing };
}

async function createShop(run: string): Promise<Fixtures['shop']> {
  const name = `shop-${run}`;
  const { tenant_id: id } = await call('tenant', 'POST', '/tenants', { name, environment: 'production', blueprint: 'car' });
  const { result } = await job('backup', (await call('backup', 'POST', `/tenants/${id}/backups`, {})).id);
  const backup = result.backup_id!;
  await job('backup', (await call('backup', 'POST', `/backups/${backup}/drill`, {})).id);
  return { id, name, backup };
}

/** Its database refuses some events until it is migrated, so that they become dead letters and can be delivered afterwards. */
async function createSender(run: string): Promise<Fixtures['sender']> {
  const blueprint = `sender${run}`;
  const { files } = await call('tenant', 'GET', '/blueprints/car');
  files['blueprint.yaml'] = files['blueprint.yaml'].replace('name: car', `name: ${blueprint}`).replace('naming: car_', `naming: ${blueprint}_`);
  files['migrations/V90__no_refunds.sql'] = "ALTER TABLE inbox_events ADD CONSTRAINT no_refunds CHECK (type <> 'order.refunded');\n";
  await call('tenant', 'PUT', `/blueprints/${blueprint}`, { files });
  const name = `sender-${run}`;
  const { tenant_id: id, api_keys: apiKeys } = await call('tenant', 'POST', '/tenants', { name, environment: 'production', blueprint, api_keys: { count: 1 } });
  for (const order of [1, 2]) {
    await call('ingestion', 'POST', '/events', { type: 'order.refunded', event_id: `order-${order}-${run}`, data: { order } }, { Authorization: `Bearer ${apiKeys[0].key}` });
  }
  files['migrations/V91__refunds.sql'] = 'ALTER TABLE inbox_events DROP CONSTRAINT no_refunds;\n';
  await call('tenant', 'PUT', `/blueprints/${blueprint}`, { files });
  return { id, name };
}
