// Writes src/api/generated/*.ts from the services' openapi.yaml. Paths get the console's prefix: /api/v1/tenants of tenant-service is /api/tenant/v1/tenants.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../../../..');
const out = join(here, '../src/api/generated');

/** Names of the schemas that a value refers to, directly or through others. */
function reachable(value, schemas, found = new Set()) {
  if (Array.isArray(value)) value.forEach((item) => reachable(item, schemas, found));
  else if (value && typeof value === 'object') {
    const name = value.$ref?.match(/^#\/components\/schemas\/(.+)$/)?.[1];
    if (name && !found.has(name)) {
      found.add(name);
      reachable(schemas[name], schemas, found);
    }
    Object.values(value).forEach((item) => reachable(item, schemas, found));
  }
  return found;
}

const isNullable = (schema) =>
  [schema.type].flat().includes('null') || (schema.anyOf ?? []).some((one) => one.type === 'null');

/** Responses contain every field that is not null; the descriptions do not say so, so that it is derived here. */
function requireFieldsOfResponses(api) {
  const schemas = api.components.schemas;
  const requests = reachable(
    Object.values(api.paths).flatMap((path) => Object.values(path).map((operation) => operation.requestBody ?? null)),
    schemas,
  );
  for (const [name, schema] of Object.entries(schemas)) {
    if (requests.has(name) || schema.required || !schema.properties) continue;
    schema.required = Object.keys(schema.properties).filter((field) => !isNullable(schema.properties[field]));
  }
}

mkdirSync(out, { recursive: true });
for (const service of ['tenant', 'ingestion', 'backup']) {
  const api = parse(readFileSync(join(root, `${service}-service/openapi.yaml`), 'utf8'));
  requireFieldsOfResponses(api);
  api.paths = Object.fromEntries(
    Object.entries(api.paths)
      .filter(([path]) => path.startsWith('/api/v1/'))
      .map(([path, operations]) => [path.replace('/api/', `/api/${service}/`), operations]),
  );
  writeFileSync(join(out, `${service}.ts`), astToString(await openapiTypescript(api, { alphabetize: true })));
}
