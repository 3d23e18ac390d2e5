package io.tenantry.tenant.provisioning;

import static org.awaitility.Awaitility.await;

import io.tenantry.tenant.Postgres;

/** The server's pg_hba.conf, changed through the server itself. */
final class HostBasedAuthentication {

  private static final String RULE = "host all +tenantry_app all reject\n";

  private HostBasedAuthentication() {}

  static void refuseTenants() {
    replace(RULE + rules());
  }

  static void admitTenants() {
    replace(rules().replace(RULE, ""));
  }

  private static String rules() {
    return Postgres.value(Postgres.MAINTENANCE, "SELECT pg_read_file(current_setting('hba_file'))");
  }

  private static void replace(String rules) {
    String loaded = loadTime();
    Postgres.execute(
        Postgres.MAINTENANCE,
        """
        COPY (SELECT regexp_split_to_table($rules$%s$rules$, E'\\n')) TO '%s';
        SELECT pg_reload_conf();
        """
            .formatted(
                rules.strip(),
                Postgres.value(Postgres.MAINTENANCE, "SELECT current_setting('hba_file')")));
    // The server reads its rules when it gets to it, and new sessions tell when it did.
    await().until(() -> !loadTime().equals(loaded));
  }

  private static String loadTime() {
    return Postgres.value(Postgres.MAINTENANCE, "SELECT pg_conf_load_time()");
  }
}
