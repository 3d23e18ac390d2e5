package io.tenantry.chaos;

import io.tenantry.chaos.Api.Answer;
import io.tenantry.chaos.Api.NoAnswer;
import io.tenantry.chaos.Ledger.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Creates tenants, suspends and resumes them, rotates their credentials, deletes them. */
final class LifecycleClient extends Client {

  private static final int MOST_TENANTS = 8;

  private final List<Tenant> mine = new ArrayList<>();

  LifecycleClient(String name, Api api, Ledger ledger, Random random) {
    super(name, api, ledger, random);
  }

  @Override
  void step() throws NoAnswer, InterruptedException {
    int choice = random().nextInt(10);
    if (mine.isEmpty() || (choice < 4 && mine.size() < MOST_TENANTS)) {
      mine.add(create("car"));
      return;
    }
    Tenant tenant = mine.get(random().nextInt(mine.size()));
    if (choice < 7) {
      delete(tenant);
    } else if (choice < 8) {
      rotate(tenant);
    } else {
      change(tenant, "suspended".equals(tenant.status()) ? "resume" : "suspend");
    }
  }

  private void delete(Tenant tenant) throws NoAnswer, InterruptedException {
    tenant.status(null);
    Answer answer =
        expect(
            api()
                .send(
                    "tenant-service",
                    "DELETE",
                    "/tenants/" + tenant.id() + "?final_backup=false",
                    ""),
            204,
            202,
            // An earlier request was carried out, though its answer was lost.
            404);
    tenant.status("deleted");
    mine.remove(tenant);
    ledger().count(answer.status() == 404 ? "deletions seen" : "deletions", 1);
  }

  private void rotate(Tenant tenant) throws NoAnswer, InterruptedException {
    if ("active".equals(tenant.status())) {
      expect(
          api()
              .send(
                  "tenant-service",
                  "POST",
                  "/tenants/" + tenant.id() + "/credentials/rotate",
                  Map.of()),
          200);
      ledger().count("rotations", 1);
    }
  }

  private void change(Tenant tenant, String action) throws NoAnswer, InterruptedException {
    String before = tenant.status();
    tenant.status(null);
    Answer answer =
        api().send("tenant-service", "POST", "/tenants/" + tenant.id() + "/" + action, "");
    if (answer.status() == 404 && before == null) {
      // A deletion whose answer was lost.
      tenant.status("deleted");
      mine.remove(tenant);
      return;
    }
    expect(answer, 200, 202);
    tenant.status(action.equals("suspend") ? "suspended" : "active");
    ledger().count("suspensions and resumptions", 1);
  }
}
