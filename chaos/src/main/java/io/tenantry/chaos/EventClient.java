package io.tenantry.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.chaos.Api.Answer;
import io.tenantry.chaos.Api.NoAnswer;
import io.tenantry.chaos.Ledger.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Sends events of its tenants, each batch again with the same ids until it is accepted. */
final class EventClient extends Client {

  private static final int TENANTS = 3;
  private static final int LARGEST_BATCH = 50;

  private final List<Tenant> mine = new ArrayList<>();
  private final Duration pause;
  private int events;

  /**
   * Creates a client.
   *
   * @param pause after each batch
   */
  EventClient(String name, Api api, Ledger ledger, Random random, Duration pause) {
    super(name, api, ledger, random);
    this.pause = pause;
  }

  @Override
  void step() throws NoAnswer, InterruptedException {
    if (mine.size() < TENANTS) {
      mine.add(create("car"));
      return;
    }
    Tenant tenant = mine.get(random().nextInt(TENANTS));
    List<Map<String, Object>> batch = new ArrayList<>();
    for (int n = 1 + random().nextInt(LARGEST_BATCH); n > 0; n--) {
      String id = name() + "-" + ++events;
      batch.add(Map.of("event_id", id, "type", "order.placed", "data", Map.of("n", events)));
    }
    while (!isAccepted(tenant, batch)) {
      // The order of a tenant's events is that in which they were accepted: nothing overtakes.
      if (hasEnded()) {
        return;
      }
      Thread.sleep(100);
    }
    Thread.sleep(pause);
  }

  private boolean isAccepted(Tenant tenant, List<Map<String, Object>> batch)
      throws InterruptedException {
    try {
      Answer answer = api().send("ingestion-service", "POST", "/events", tenant.key(), batch);
      expect(answer, 202, 207);
      boolean all = true;
      int accepted = 0;
      for (JsonNode event : answer.body().path("events")) {
        if (event.path("outcome").asText().equals("accepted")) {
          accepted += tenant.accepted().add(event.path("event_id").asText()) ? 1 : 0;
        } else {
          all = false;
        }
      }
      ledger().count("events accepted", accepted);
      return all;
    } catch (NoAnswer e) {
      ledger().count(e.what(), 1);
      return false;
    }
  }
}
