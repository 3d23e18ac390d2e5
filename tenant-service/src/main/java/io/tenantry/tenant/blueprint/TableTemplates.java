package io.tenantry.tenant.blueprint;

import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Reads the templates of tables that several blueprints share. */
@Singleton
final class TableTemplates {

  /** The pattern of table names, which are part of a migration's file name. */
  static final String NAME = "[a-z][a-z0-9_]{0,62}";

  private final Database database;

  TableTemplates(Database database) {
    this.database = database;
  }

  /** The SQL of the existing templates with these names, by name. */
  Map<String, String> find(Collection<String> names) {
    Map<String, String> found = new TreeMap<>();
    if (!names.isEmpty()) {
      database
          .run(
              """
              SELECT table_name, create_sql
              FROM platform.tenant_table_templates
              WHERE table_name = ANY ($1)
              """,
              (Object) names.toArray(String[]::new))
          .forEach(row -> found.put(row.getString("table_name"), row.getString("create_sql")));
    }
    return found;
  }
}
