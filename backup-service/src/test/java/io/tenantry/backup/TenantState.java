package io.tenantry.backup;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Describes a tenant's database or schema completely. */
public final class TenantState {

  private TenantState() {}

  /** The contents of each table, sequence and large object as a hash, by name. */
  public static Map<String, String> contents(TestTenant tenant) {
    Map<String, String> hashes = new TreeMap<>();
    try (Connection connection = LocalStack.shared().postgres().connect(tenant.database());
        Statement statement = connection.createStatement()) {
      // Planning may call the tenant's functions, which name others without their schema.
      rows(
          statement,
          "SELECT set_config('search_path', string_agg(quote_ident(nspname), ', ' ORDER BY nspname DESC), false) FROM pg_namespace n WHERE nspname = 'public' OR "
              + schemas(tenant));
      for (List<String> table :
          rows(
              statement,
              """
              SELECT format('%%I.%%I', n.nspname, c.relname), c.relname, c.relkind
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'm', 'S', 'p')
                AND c.relispopulated
                AND %s
              """
                  .formatted(schemas(tenant)))) {
        hashes.put(
            table.get(1),
            rows(
                    statement,
                    (table.get(2).equals("S")
                            ? "SELECT last_value || ' ' || is_called FROM "
                            : "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM ")
                        + table.get(0)
                        + " t")
                .getFirst()
                .getFirst());
      }
      if (tenant.schema().isEmpty()) {
        for (List<String> object :
            rows(
                statement,
                "SELECT m.oid::text, pg_get_userbyid(lomowner), md5(lo_get(m.oid)) FROM pg_largeobject_metadata m")) {
          hashes.put("large object " + object.get(0), object.get(1) + " " + object.get(2));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return hashes;
  }

  private static String schemas(TestTenant tenant) {
    return tenant
        .schema()
        .map("n.nspname = '%s'"::formatted)
        .orElse("n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')");
  }

  /** Everything but the contents, as pg_dump writes it. */
  public static String structure(TestTenant tenant) {
    List<String> command =
        new ArrayList<>(
            List.of(
                LocalStack.shared().postgres().binDirectory().resolve("pg_dump").toString(),
                "--schema-only",
                "--dbname=" + tenant.database()));
    tenant.schema().ifPresent(schema -> command.add("--schema=" + quote(schema)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "PGHOST", LocalStack.shared().postgres().host(),
                "PGPORT", String.valueOf(LocalStack.shared().postgres().port()),
                "PGUSER", "postgres",
                "PGPASSWORD", LocalStack.shared().postgres().superuserPassword()));
    try {
      Process process = builder.start();
      String dump = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(dump);
      }
      // A random word against injection, since the security releases of August 2025.
      return dump.replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<List<String>> rows(Statement statement, String query) throws SQLException {
    try (ResultSet found = statement.executeQuery(query)) {
      List<List<String>> rows = new ArrayList<>();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.add(found.getString(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }
}
