package io.tenantry.tenant;

/** The marks that databases and roles bear on the tests' server. */
public final class Marks {

  private Marks() {}

  /** Changes what a database, or a schema's owner role, is marked to be for. */
  public static void change(String name, String from, String to) {
    boolean role = name.endsWith("_o");
    String catalog = role ? "pg_authid" : "pg_database";
    String mark =
        Postgres.value(
            Postgres.MAINTENANCE,
            "SELECT shobj_description(oid, '%s') FROM %s WHERE %s = ?"
                .formatted(catalog, catalog, role ? "rolname" : "datname"),
            name);
    if (!mark.startsWith("tenantry " + from + " ")) {
      throw new IllegalStateException(name + " is marked " + mark);
    }
    Postgres.execute(
        Postgres.MAINTENANCE,
        "COMMENT ON %s %s IS '%s'"
            .formatted(
                role ? "ROLE" : "DATABASE",
                name,
                mark.replaceFirst("^tenantry " + from, "tenantry " + to)));
  }

  /** The mark of a database. */
  public static String of(String database) {
    return Postgres.value(
        Postgres.MAINTENANCE,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = ?",
        database);
  }
}
