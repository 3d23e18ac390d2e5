package io.tenantry.chaos;

import io.tenantry.chaos.Api.Answer;
import io.tenantry.chaos.Api.NoAnswer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Publishes one version of a blueprint after the other, and migrates all of its tenants to it. */
final class CampaignClient extends Client {

  static final String BLUEPRINT = "chaos-fleet";

  private static final int TENANTS = 12;

  private int tenants;
  private volatile int version = 1;

  CampaignClient(String name, Api api, Ledger ledger, Random random) {
    super(name, api, ledger, random);
  }

  /** The number of the newest migration. */
  int version() {
    return version;
  }

  @Override
  void step() throws NoAnswer, InterruptedException {
    if (tenants < TENANTS) {
      publish();
      var _ = create(BLUEPRINT);
      tenants++;
      return;
    }
    migrate();
    version = version() + 1;
  }

  /** Publishes the newest version; publishing it again changes nothing. */
  private void publish() throws NoAnswer, InterruptedException {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "blueprint.yaml",
        """
        name: %1$s
        isolation: schema
        naming: chaos_fleet_{tenant_id}
        extensions: { required: [], optional: [] }
        backup: { schedule: "0 0 2 * * ?", retention_days: 7 }
        """
            .formatted(BLUEPRINT));
    files.put("migrations/V1__cars.sql", "CREATE TABLE cars (car_id bigint PRIMARY KEY);\n");
    for (int n = 2; n <= version; n++) {
      files.put(
          "migrations/V%d__column.sql".formatted(n),
          "ALTER TABLE cars ADD COLUMN c%d int;\n".formatted(n));
    }
    expect(
        api().send("tenant-service", "PUT", "/blueprints/" + BLUEPRINT, Map.of("files", files)),
        200,
        201);
  }

  /** Publishes the newest version, and migrates all tenants to it. */
  void migrate() throws NoAnswer, InterruptedException {
    publish();
    Answer campaign =
        expect(
            api()
                .send(
                    "backup-service",
                    "POST",
                    "/campaigns",
                    Map.of("blueprint", BLUEPRINT, "max_failure_rate", 1.0)),
            202);
    String id = campaign.text("id");
    while (true) {
      try {
        Answer found = expect(api().send("backup-service", "GET", "/campaigns/" + id, ""), 200);
        String status = found.text("status");
        if (status.equals("completed")) {
          ledger().count("campaigns completed", 1);
          return;
        }
        if (List.of("halted", "failed", "cancelled").contains(status)) {
          ledger().count("campaigns " + status, 1);
          return;
        }
      } catch (NoAnswer e) {
        ledger().count(e.what(), 1);
      }
      Thread.sleep(200);
    }
  }
}
