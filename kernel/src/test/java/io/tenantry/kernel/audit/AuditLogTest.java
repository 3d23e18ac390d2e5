package io.tenantry.kernel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.audit.AuditEntry.Outcome;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.FakePostgres;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Entries alike become one row, and none is lost while the control database is unavailable. */
@Tag("T22")
class AuditLogTest {

  private static final UUID FIRST = UUID.fromString("00000000-0000-0000-0000-000000000001");
  private static final UUID SECOND = UUID.fromString("00000000-0000-0000-0000-000000000002");

  private final List<String> failures = new ArrayList<>();
  private final FakePostgres postgres =
      new FakePostgres(
          statement ->
              failures.isEmpty()
                  ? Future.succeededFuture(List.of())
                  : Future.failedFuture(
                      new DatabaseUnavailable(failures.removeFirst(), new IOException())));
  private final AuditLog log =
      new AuditLog(
          postgres.database(),
          new ObjectMapper(),
          Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC),
          "tenant-service");

  private static AuditEntry entry(String actor, Set<UUID> tenants) {
    return new AuditEntry(
        actor,
        "GET /api/v1/tenants",
        tenants,
        Optional.of("10.0.0.1"),
        Outcome.REFUSED,
        Optional.of("UNAUTHENTICATED"),
        Map.of());
  }

  private List<String> written() {
    return postgres.asked().stream().filter(statement -> !statement.equals("close")).toList();
  }

  @Test
  void writesOneRowForEntriesAlikeWithTheirNumber() {
    for (int n = 0; n < 1000; n++) {
      log.submit(entry("unknown", Set.of()));
    }
    log.submit(entry("key:admin", Set.of()));

    log.flush();

    assertThat(written()).hasSize(1);
    assertThat(written().getFirst())
        .contains("[unknown, key:admin]")
        .contains("{\"count\":\"1000\"}, {}");
  }

  @Test
  void writesNothingTwice() {
    log.submit(entry("unknown", Set.of()));
    log.flush();
    log.flush();

    assertThat(written()).hasSize(1);
  }

  @Test
  void keepsEntriesWhileTheDatabaseIsUnavailable() {
    failures.add("connection refused");
    log.submit(entry("unknown", Set.of()));
    log.flush();
    log.submit(entry("unknown", Set.of()));

    log.flush();

    assertThat(written()).hasSize(2);
    assertThat(written().getLast()).contains("{\"count\":\"2\"}");
  }

  @Test
  void countsWhatIsTooMuchToDescribe() {
    for (int n = 0; n < 10_050; n++) {
      log.submit(entry("actor-" + n, Set.of()));
    }

    log.flush();

    String last = written().getLast();
    assertThat(written()).hasSize(21);
    assertThat(last).contains("{\"count\":\"50\"}").doesNotContain("actor-10049");
  }

  @Test
  void namesTheOnlyTenantOrCountsSeveral() {
    log.append(entry("a", Set.of(FIRST)));
    log.append(entry("b", Set.of(SECOND, FIRST)));

    assertThat(written().get(0)).contains("[" + FIRST + "]").doesNotContain("tenants\":");
    assertThat(written().get(1))
        .contains("[{" + FIRST + "," + SECOND + "}]")
        .contains("{\"tenants\":\"2\"}");
  }

  @Test
  void recordsTheTenantsOfACommandThatNamesSome() {
    assertThat(AuditEntry.ofCommand("topic", "type", FIRST, null).tenants()).containsExactly(FIRST);
    assertThat(AuditEntry.ofCommand("topic", "type", (UUID) null).tenants()).isEmpty();
  }
}
