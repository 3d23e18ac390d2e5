package io.tenantry.benchmarks;

import java.sql.SQLException;

/**
 * Rows of tenants in the control database that have no database on a cluster: all that the services
 * record about an ordinary tenant, without the time that its creation takes.
 *
 * @param queries of the stack
 */
record RegistryRows(Queries queries) {

  /**
   * One in ten is deleted. What is rare has the same number of rows however many there are: 25
   * suspended tenants and 25 of the blueprint {@code rare}.
   */
  private static final String TENANTS =
      """
      INSERT INTO scale.tenants SELECT * FROM added;
      INSERT INTO control_plane.tenants (
        tenant_id, name, environment, status, blueprint, blueprint_version, region, created_at, updated_at, deleted_at,
        external_id)
      SELECT added.tenant_id, 'scale-' || n, (ARRAY['development', 'staging', 'production'])[1 + n % 3],
        CASE WHEN NOT is_live THEN 'deleted' WHEN n <= 100 AND n % 4 = 3 THEN 'suspended' ELSE 'active' END,
        CASE WHEN n <= 100 AND n % 4 = 1 THEN 'rare' ELSE blueprints.name END, version, 'us-east-1',
        now() - make_interval(secs => 1000000 - n), now() - interval '1 hour', CASE WHEN NOT is_live THEN now() END,
        'ours-' || n
      FROM added
      JOIN control_plane.blueprints ON blueprints.name = 'car' AND is_current;
      """;

  /** In this mode triggers and foreign keys do not run for each row. */
  private static final String WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica;\n";

  private static final String PARTS =
      """
      INSERT INTO control_plane.deletions (tenant_id, deletion_id, final_backup)
      SELECT tenant_id, gen_random_uuid(), false FROM added WHERE NOT is_live;
      INSERT INTO control_plane.tenant_databases (
        tenant_id, cluster, host, port, database_name, role_name, connection_string_encrypted, encryption_key_id,
        access_version)
      SELECT tenant_id, name, host, port, place, place, decode(repeat(md5(n::text), 8), 'hex'),
        (SELECT min(key_id) FROM control_plane.encryption_keys), access_version
      FROM added
      CROSS JOIN LATERAL (SELECT 'car_' || replace(tenant_id::text, '-', '_')) AS places (place)
      JOIN control_plane.clusters ON name = 'default'
      WHERE is_live;
      INSERT INTO control_plane.recorded_names (name)
      SELECT role_name || suffix
      FROM control_plane.tenant_databases
      JOIN added USING (tenant_id)
      CROSS JOIN unnest(ARRAY['', '_b']) AS suffix
      ON CONFLICT DO NOTHING;
      INSERT INTO control_plane.tenant_resources (tenant_id, resource, quota)
      SELECT tenant_id, resource, 10
      FROM added CROSS JOIN unnest(ARRAY['databases', 'api_keys', 'services']) AS resource;
      INSERT INTO control_plane.api_keys (key_id, tenant_id, name, prefix, key_hash, scopes)
      SELECT gen_random_uuid(), tenant_id, 'key-' || k, 'nm', sha256((n || ' ' || k)::bytea), '{read,write}'
      FROM added CROSS JOIN generate_series(1, 2) AS k;
      INSERT INTO control_plane.provisioning_steps (tenant_id, step, position, status, attempts, started_at, finished_at)
      SELECT tenant_id, step, position, 'completed', 1, now(), now()
      FROM added CROSS JOIN unnest(ARRAY['claim', 'verification', 'activation']) WITH ORDINALITY AS s (step, position);
      INSERT INTO control_plane.provisioning_history (
        tenant_id, blueprint, region, succeeded, from_pool, duration_ms, steps, step_durations_ms)
      SELECT tenant_id, 'car', 'us-east-1', true, true, 20, '{claim,verification,activation}', '{5,10,5}'
      FROM added;
      INSERT INTO control_plane.audit_log (service, actor, action, tenant_id, outcome)
      SELECT 'tenant-service', 'admin', action, tenant_id, 'succeeded'
      FROM added CROSS JOIN unnest(ARRAY['POST /api/v1/tenants', 'PATCH /api/v1/tenants/{tenant_id}']) AS action;
      INSERT INTO control_plane.usage_tenants (tenant_id, name, environment, blueprint, region, created_at)
      SELECT tenant_id, 'scale-' || n, 'production', 'car', 'us-east-1', now() FROM added;
      INSERT INTO control_plane.usage_counters (tenant_id, epoch, read_at, transactions, rows_in, rows_out)
      SELECT tenant_id, 'default/1/1', now(), n, n, n FROM added WHERE is_live;

      INSERT INTO backup.schedules (tenant_id, cron, retention_days)
      SELECT tenant_id, '0 0 2 * * ?', 30 FROM added WHERE is_live;
      INSERT INTO backup.scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)
      SELECT 'scheduled_backup', tenant_id, now() + interval '2 days', false, 1, 1000 FROM added WHERE is_live;
      INSERT INTO backup.backups (
        backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days, store, object_key, bytes, checksum, manifest,
        requested_at, started_at, completed_at, key_id, store_id)
      SELECT gen_random_uuid(), added.tenant_id, 'scale-' || n, 'scheduled', 'completed', gen_random_uuid(), 30, store,
        format('%s/%s.tenantry-backup', added.tenant_id, night), bytes, checksum, manifest, requested_at, started_at,
        completed_at, key_id, store_id
      FROM added
      CROSS JOIN (SELECT * FROM backup.backups WHERE status = 'completed' ORDER BY position LIMIT 1) AS one
      CROSS JOIN generate_series(1, 3) AS night
      WHERE is_live;
      INSERT INTO backup.tenant_keys (tenant_id, keyset_encrypted)
      SELECT added.tenant_id, keyset_encrypted
      FROM added
      CROSS JOIN (SELECT * FROM backup.tenant_keys ORDER BY created_at LIMIT 1) AS one
      WHERE is_live;
      INSERT INTO backup.migrations (
        tenant_id, blueprint, direction, from_version, to_version, status, backup_first, lock_timeout_ms,
        statement_timeout_ms, job_id, finished_at)
      SELECT tenant_id, 'car', 'forward', 'before', blueprint_version, 'completed', false, 2000, 60000,
        gen_random_uuid(), now()
      FROM added JOIN control_plane.tenants USING (tenant_id)
      WHERE is_live;
      INSERT INTO backup.drift_reports (tenant_id, version, drifted, report, checked_at)
      SELECT tenant_id, blueprint_version, n IN (2, 4), '{}', now()
      FROM added JOIN control_plane.tenants USING (tenant_id)
      WHERE is_live;
      """;

  private static final String COUNT_PLACES =
      """
      UPDATE control_plane.clusters
      SET tenants = (SELECT count(*) FROM control_plane.tenant_databases WHERE cluster = name);
      """;

  /** Adds the rows of tenants with the numbers from the first to the last. */
  void add(int first, int last) throws SQLException {
    queries.execute(
        "BEGIN;\n"
            + """
              CREATE SCHEMA IF NOT EXISTS scale;
              CREATE TABLE IF NOT EXISTS scale.tenants (n integer PRIMARY KEY, tenant_id uuid, is_live boolean);
              CREATE TEMPORARY TABLE added ON COMMIT DROP AS
              SELECT n, ('01' || substr(md5(n::text), 3))::uuid AS tenant_id, n %% 10 <> 0 AS is_live
              FROM generate_series(%d, %d) AS n;
              """
                .formatted(first, last)
            + TENANTS
            + WITHOUT_TRIGGERS
            + PARTS
            + COUNT_PLACES
            + "COMMIT");
    queries.execute("VACUUM ANALYZE");
  }

  /** Removes the rows of tenants with greater numbers. */
  void removeAfter(int last) throws SQLException {
    StringBuilder parts = new StringBuilder();
    for (String table :
        queries.column(
            """
            SELECT format('%I.%I', table_schema, table_name)
            FROM information_schema.columns
            JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema IN ('control_plane', 'backup')
              AND column_name = 'tenant_id'
              AND table_type = 'BASE TABLE'
              AND (table_schema, table_name) <> ('control_plane', 'tenants')
            """)) {
      parts.append(
          "DELETE FROM %s WHERE tenant_id IN (SELECT tenant_id FROM removed);%n".formatted(table));
    }
    queries.execute(
        "BEGIN;\n"
            + """
              CREATE TEMPORARY TABLE removed ON COMMIT DROP AS SELECT * FROM scale.tenants WHERE n > %1$d;
              DELETE FROM scale.tenants WHERE n > %1$d;
              """
                .formatted(last)
            + WITHOUT_TRIGGERS
            + parts
            + """
              DELETE FROM backup.scheduled_tasks WHERE task_instance IN (SELECT tenant_id::text FROM removed);
              SET LOCAL session_replication_role = origin;
              DELETE FROM control_plane.tenants WHERE tenant_id IN (SELECT tenant_id FROM removed);
              """
            + COUNT_PLACES
            + "COMMIT");
    queries.execute("VACUUM ANALYZE");
  }

  /** A tenant's id. */
  String id(int number) throws SQLException {
    return queries.text("SELECT tenant_id FROM scale.tenants WHERE n = " + number);
  }

  /** The bytes of all tables and indexes of the control database. */
  long bytes() throws SQLException {
    return queries.number(
        """
        SELECT sum(pg_total_relation_size(oid))
        FROM pg_class
        WHERE relkind = 'r' AND relnamespace IN ('control_plane'::regnamespace, 'backup'::regnamespace)
        """);
  }
}
