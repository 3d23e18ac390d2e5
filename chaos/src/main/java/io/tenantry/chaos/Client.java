package io.tenantry.chaos;

import io.tenantry.chaos.Api.Answer;
import io.tenantry.chaos.Api.NoAnswer;
import io.tenantry.chaos.Ledger.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Uses the installation again and again until it is ended, whatever breaks meanwhile. */
abstract class Client implements Runnable {

  private static final long PAUSE_MILLIS = 200;

  private final Api api;
  private final Ledger ledger;
  private final Random random;
  private final String name;
  private int created;
  private volatile boolean ended;

  /**
   * Creates a client.
   *
   * @param name names its tenants, so each client has another
   */
  Client(String name, Api api, Ledger ledger, Random random) {
    this.name = name;
    this.api = api;
    this.ledger = ledger;
    this.random = random;
  }

  /** Does one thing, such as a request whose outcome it records. */
  abstract void step() throws NoAnswer, InterruptedException;

  @Override
  public final void run() {
    try {
      while (!ended) {
        try {
          step();
        } catch (NoAnswer e) {
          ledger.count(e.what(), 1);
          Thread.sleep(PAUSE_MILLIS);
        } catch (RuntimeException e) {
          ledger.violation(name + ": " + e);
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends after the current step. */
  final void end() {
    ended = true;
  }

  final boolean hasEnded() {
    return ended;
  }

  final Api api() {
    return api;
  }

  final Ledger ledger() {
    return ledger;
  }

  final Random random() {
    return random;
  }

  final String name() {
    return name;
  }

  /** Creates a tenant with an API key and records it. */
  final Tenant create(String blueprint) throws NoAnswer, InterruptedException {
    String tenantName = "chaos-" + name + "-" + ++created;
    ledger.requested(tenantName);
    Answer answer =
        expect(
            api.send(
                "tenant-service",
                "POST",
                "/tenants",
                Map.of(
                    "name",
                    tenantName,
                    "environment",
                    "production",
                    "blueprint",
                    blueprint,
                    "api_keys",
                    Map.of("count", 1))),
            201);
    ledger.count("tenants created", 1);
    return ledger.created(
        answer.text("tenant_id"),
        tenantName,
        answer.body().path("api_keys").path(0).path("key").asText());
  }

  /**
   * Returns the answer if it has one of these statuses.
   *
   * @throws NoAnswer if the client shall try again later: the limit of requests is reached, or
   *     another change of the tenant is being made
   * @throws IllegalStateException for any other status
   */
  static Answer expect(Answer answer, Integer... statuses) throws NoAnswer {
    if (List.of(statuses).contains(answer.status())) {
      return answer;
    }
    if (answer.status() == 409 || answer.status() == 429) {
      throw NoAnswer.refused(answer);
    }
    throw new IllegalStateException(
        "expected %s, not %d %s".formatted(List.of(statuses), answer.status(), answer.body()));
  }
}
