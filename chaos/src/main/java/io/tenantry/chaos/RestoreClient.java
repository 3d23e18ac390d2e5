package io.tenantry.chaos;

import io.tenantry.chaos.Api.Answer;
import io.tenantry.chaos.Api.NoAnswer;
import io.tenantry.chaos.Ledger.Tenant;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Backs its tenant up, writes on, and restores the backup: afterwards the tenant has the rows of
 * the backup, or, if the restore failed, those it had before; never a mixture.
 */
final class RestoreClient extends Client {

  private final Installation installation;
  private @Nullable Tenant mine;
  private int rows;

  RestoreClient(String name, Installation installation, Api api, Ledger ledger, Random random) {
    super(name, api, ledger, random);
    this.installation = installation;
  }

  @Override
  void step() throws NoAnswer, InterruptedException {
    Tenant tenant = mine;
    if (tenant == null) {
      tenant = create("car");
      mine = tenant;
      execute(
          tenant,
          """
          DO $$ BEGIN
            CREATE TABLE IF NOT EXISTS public.chaos_rows (n int PRIMARY KEY);
            EXECUTE (SELECT format('ALTER TABLE public.chaos_rows OWNER TO %I', tableowner)
              FROM pg_tables WHERE tablename = 'inbox_events');
          END $$
          """);
    }
    add(tenant);
    int backedUpRows = rows;
    Answer backup = job("/tenants/" + tenant.id() + "/backups", Map.of("kind", "manual"));
    if (!backup.text("status").equals("completed")) {
      ledger().count("backups failed", 1);
      return;
    }
    ledger().count("backups completed", 1);
    String id = backup.body().path("result").path("backup_id").asText();
    ledger().backedUp(id);
    add(tenant);
    Answer restore = job("/restores", Map.of("tenant_id", tenant.id(), "backup_id", id));
    boolean completed = restore.text("status").equals("completed");
    ledger().count(completed ? "restores completed" : "restores failed", 1);
    List<Integer> found = rows(tenant);
    if (!found.equals(upTo(backedUpRows)) && (completed || !found.equals(upTo(rows)))) {
      ledger()
          .violation(
              "tenant %s has rows %s after a restore (%s) of %d rows onto %d"
                  .formatted(tenant.id(), found, restore.body(), backedUpRows, rows));
    }
    rows = found.size();
  }

  private static List<Integer> upTo(int number) {
    List<Integer> all = new ArrayList<>();
    for (int n = 1; n <= number; n++) {
      all.add(n);
    }
    return all;
  }

  /** Submits a job and waits until it has ended. */
  private Answer job(String path, Object body) throws NoAnswer, InterruptedException {
    String id = expect(api().send("backup-service", "POST", path, body), 202).text("id");
    while (true) {
      try {
        Answer job =
            expect(api().send("backup-service", "GET", "/jobs/" + id + "?wait=10", ""), 200);
        if (List.of("completed", "failed", "cancelled").contains(job.text("status"))) {
          return job;
        }
      } catch (NoAnswer e) {
        Thread.sleep(200);
      }
    }
  }

  private void add(Tenant tenant) throws InterruptedException {
    rows++;
    execute(
        tenant, "INSERT INTO public.chaos_rows VALUES (%d) ON CONFLICT DO NOTHING".formatted(rows));
  }

  private static String database(Tenant tenant) {
    return "car_" + tenant.id().replace('-', '_');
  }

  /** Repeats a statement that may be repeated until PostgreSQL has confirmed it. */
  private void execute(Tenant tenant, String sql) throws InterruptedException {
    while (true) {
      try (Connection connection = installation.connect(database(tenant));
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
        return;
      } catch (SQLException e) {
        Thread.sleep(200);
      }
    }
  }

  private List<Integer> rows(Tenant tenant) throws InterruptedException {
    while (true) {
      try (Connection connection = installation.connect(database(tenant));
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT n FROM public.chaos_rows ORDER BY n")) {
        List<Integer> found = new ArrayList<>();
        while (result.next()) {
          found.add(result.getInt(1));
        }
        return found;
      } catch (SQLException e) {
        Thread.sleep(200);
      }
    }
  }
}
