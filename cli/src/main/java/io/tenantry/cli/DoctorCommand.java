package io.tenantry.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.api.UnreachableException;
import io.tenantry.cli.context.ContextException;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@RegisterForReflection
@Command(footer = {"  tenantctl doctor", "  tenantctl doctor --context prod"})
final class DoctorCommand extends Noun implements Callable<Integer> {

  private static final Columns COLUMNS =
      Columns.of("CHECK check", "RESULT result", "FOUND found", "WHAT_TO_DO advice");
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);
  private static final Duration RECENT = Duration.ofDays(1);
  private static final Duration LOSSES_SHOWN = Duration.ofDays(7);

  private final ArrayNode checks = Json.MAPPER.createArrayNode();
  private boolean failed;

  @Override
  public Integer call() {
    try {
      List<Api> services = platform().all();
      ok("settings", "from " + platform().settings().source());
      services.forEach(this::examine);
    } catch (ContextException e) {
      fail("settings", e.getMessage(), e.advice());
    } catch (CommandException e) {
      fail("settings", e.getMessage(), e.advice().orElse("see tenantctl context set --help"));
    }
    if (!failed) {
      look("recovery", this::recovery);
      look("topics", this::topics);
      look("consumer groups", this::groups);
      look("dead letters", this::deadLetters);
      look("lost events", this::lostEvents);
      look("clusters", this::clusters);
      look("orphans", this::orphans);
      look("missing databases", this::missingDatabases);
      look("schedules", this::schedules);
      look("encryption", this::encryption);
      look("migrations", this::migrations);
      look("backup stores", this::stores);
      look("retention", this::retention);
      look("jobs", this::jobs);
    }
    if (printer().format() == Format.TABLE) {
      try (Printer.Rows rows = printer().rows(COLUMNS)) {
        checks.forEach(rows::add);
      }
    } else {
      printer().list(Json.body().with("items", checks).node(), COLUMNS);
    }
    return (failed ? ExitCode.FAILURE : ExitCode.OK).number();
  }

  private void ok(String check, String found) {
    add(check, "ok", found);
  }

  private void warn(String check, String found, String advice) {
    add(check, "warn", found).put("advice", advice);
  }

  private void fail(String check, String found, String advice) {
    failed = true;
    add(check, "fail", found).put("advice", advice);
  }

  private ObjectNode add(String check, String result, String found) {
    return checks.addObject().put("check", check).put("result", result).put("found", found);
  }

  private void look(String check, Runnable action) {
    try {
      action.run();
    } catch (ApiException e) {
      fail(check, e.getMessage() + " (" + e.code() + ")", "see the service's log");
    } catch (UnreachableException e) {
      fail(check, e.getMessage(), "see whether the service still runs");
    }
  }

  private void examine(Api api) {
    try {
      Readiness readiness = Readiness.of(api);
      if (!readiness.known()) {
        fail(
            api.service(),
            "what answers at " + api.address() + " is none of Tenantry's services",
            "correct the address: tenantctl context show");
        return;
      }
      if (!readiness.ready()) {
        fail(
            api.service(),
            "is not ready for want of " + String.join(", ", readiness.missing()),
            "start it or make it reachable; the service's log tells why it is not");
        return;
      }
      if (!isWhatItShouldBe(api)) {
        return;
      }
      ok(api.service(), "is ready at " + api.address() + ", and takes the key");
      readiness.date().ifPresent(date -> compareClocks(api, date));
      warnOfPlainHttp(api);
    } catch (UnreachableException e) {
      fail(
          api.service(),
          e.getMessage(),
          "start it, or correct the address: tenantctl context show");
    }
  }

  private boolean isWhatItShouldBe(Api api) {
    Target own =
        switch (api.service()) {
          case "tenant-service" -> Target.of("/api/v1/clusters");
          case "ingestion-service" -> Target.of("/api/v1/instances").with("limit", 1);
          default -> Target.of("/api/v1/schedules").with("limit", 1);
        };
    try {
      api.get(own);
      return true;
    } catch (ApiException e) {
      switch (e.status()) {
        case 401 ->
            fail(
                api.service(),
                "the key is missing or wrong",
                "TENANTRY_ADMIN_KEY, or tenantctl context set NAME --key-file FILE");
        case 403 ->
            fail(api.service(), "the key is no admin's", "use one of a viewer, operator or admin");
        case 404 ->
            fail(
                api.service(),
                "another service answers at " + api.address(),
                "correct the address: tenantctl context show");
        default -> fail(api.service(), e.getMessage(), "see the service's log");
      }
      return false;
    }
  }

  private void compareClocks(Api api, Instant there) {
    Duration apart = Duration.between(there, Instant.now()).abs();
    if (apart.compareTo(CLOCK_TOLERANCE) > 0) {
      warn(
          "clock of " + api.service(),
          "is " + apart.toSeconds() + " s from this machine's",
          "let both be set by NTP: keys and credentials end by the clock");
    }
  }

  private void warnOfPlainHttp(Api api) {
    URI address = api.address();
    try {
      if (address.getScheme().equals("http")
          && !InetAddress.getByName(address.getHost()).isLoopbackAddress()) {
        warn(
            "TLS of " + api.service(),
            "the key travels in the clear to " + address.getHost(),
            "use https");
      }
    } catch (UnknownHostException e) {
      // It was reached a moment ago.
    }
  }

  private void recovery() {
    JsonNode recovery = platform().tenants().get(Target.of("/api/v1/recovery"));
    if (recovery.path("active").asBoolean()) {
      fail(
          "recovery",
          "recovery mode is active: " + recovery.path("reason").asText(),
          "tenantctl recover plan, then recover run");
    } else {
      ok("recovery", "not needed");
    }
  }

  private void topics() {
    JsonNode topics =
        platform().ingestion().get(Target.of("/api/v1/topics/verification")).path("items");
    List<String> differing =
        topics
            .valueStream()
            .filter(topic -> !topic.path("matches").asBoolean())
            .map(topic -> topic.path("topic").asText())
            .toList();
    if (differing.isEmpty()) {
      ok("topics", topics.size() + " as they are configured");
    } else {
      warn(
          "topics",
          String.join(", ", differing) + " not as configured",
          "tenantctl topics reconcile " + differing.getFirst() + " --dry-run");
    }
  }

  private void groups() {
    JsonNode groups = platform().ingestion().get(Target.of("/api/v1/groups")).path("items");
    List<String> idle =
        groups
            .valueStream()
            .filter(g -> g.path("lag").asLong() > 0 && g.path("members").isEmpty())
            .map(g -> g.path("group").asText())
            .toList();
    if (idle.isEmpty()) {
      ok("consumer groups", groups.size() + ", none with messages and nobody to read them");
    } else {
      warn(
          "consumer groups",
          String.join(", ", idle) + " lag, and nobody reads",
          "start an ingestion-service with TENANTRY_EXTRACTION_ENABLED");
    }
  }

  private void deadLetters() {
    JsonNode counts =
        platform().ingestion().get(Target.of("/api/v1/dead-letters/count")).path("counts");
    long open =
        counts
            .valueStream()
            .filter(each -> !List.of("redriven", "lost").contains(each.path("status").asText()))
            .mapToLong(each -> each.path("count").asLong())
            .sum();
    if (open == 0) {
      ok("dead letters", "none waits");
    } else {
      warn("dead letters", open + " wait", "tenantctl dlq count, then dlq redrive --dry-run");
    }
  }

  private void lostEvents() {
    Target target = Target.of("/api/v1/lost-events").with("limit", 100);
    long recent =
        platform()
            .ingestion()
            .get(target)
            .path("items")
            .valueStream()
            .map(each -> Instant.parse(each.path("recorded_at").asText()))
            .filter(when -> when.isAfter(Instant.now().minus(LOSSES_SHOWN)))
            .count();
    if (recent == 0) {
      ok("lost events", "none in the last week");
    } else {
      warn(
          "lost events",
          "events were lost before they were delivered, " + recent + " times in the last week",
          "tenantctl dlq lost; a tenant's database must not be down longer than the topic's"
              + " retention");
    }
  }

  private void clusters() {
    JsonNode clusters = platform().tenants().get(Target.of("/api/v1/clusters")).path("items");
    long open =
        clusters
            .valueStream()
            .filter(each -> each.path("status").asText().equals("active"))
            .filter(
                each ->
                    !each.has("capacity")
                        || each.path("tenants").asLong() < each.path("capacity").asLong())
            .count();
    if (open == 0) {
      fail("clusters", "none takes new tenants", "tenantctl clusters register, activate or limit");
    } else {
      ok("clusters", open + " of " + clusters.size() + " take new tenants");
    }
  }

  private void orphans() {
    JsonNode orphans = platform().tenants().get(OrphanCommands.ORPHANS);
    int number = orphans.path("items").size();
    long removable = OrphanCommands.count(orphans, "remove");
    boolean complete = orphans.path("unchecked").isEmpty();
    if (!complete) {
      warnOfUnchecked("orphans", orphans);
    }
    if (number == 0) {
      if (complete) {
        ok("orphans", "none");
      }
    } else if (number == removable) {
      warn(
          "orphans",
          number + " databases, schemas or roles that never were a tenant's",
          "nothing: they are removed by themselves; tenantctl orphans list shows them");
    } else {
      warn(
          "orphans",
          "%d databases, schemas or roles without a tenant, of which %d may hold a tenant's data"
              .formatted(number, number - removable),
          "tenantctl orphans list; do not drop them: recover plan shows which can be adopted");
    }
  }

  private void warnOfUnchecked(String check, JsonNode answer) {
    warn(
        check,
        "not checked on "
            + answer
                .path("unchecked")
                .valueStream()
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "))
            + ", which does not answer",
        "see whether it runs: tenantctl clusters list, and tenant-service's log");
  }

  private void missingDatabases() {
    JsonNode answer = platform().tenants().get(Target.of("/api/v1/orphans/missing"));
    long tenants =
        answer
            .path("items")
            .valueStream()
            .map(each -> each.path("tenant_id").asText())
            .distinct()
            .count();
    if (tenants > 0) {
      fail(
          "missing databases",
          "%d tenants lack their database, schema or role".formatted(tenants),
          "tenantctl orphans missing, then restore them from their backups");
    } else if (!answer.path("unchecked").isEmpty()) {
      warnOfUnchecked("missing databases", answer);
    } else {
      ok("missing databases", "none");
    }
  }

  private void schedules() {
    JsonNode answer = platform().backups().get(Target.of("/api/v1/schedules/reconciliation"));
    long missing = answer.path("missing").path("count").asLong();
    long deleted = answer.path("deleted").path("count").asLong();
    long unknown = answer.path("unknown").path("count").asLong();
    if (answer.hasNonNull("held")) {
      fail(
          "schedules",
          answer.path("held").asText(),
          "tenantctl schedules differences, then schedules reconcile --beyond-limits if it is so");
    } else if (missing + deleted > 0) {
      warn(
          "schedules",
          "%d tenants have no backup schedule, %d deleted ones have one"
              .formatted(missing, deleted),
          "wait some minutes, or tenantctl schedules reconcile");
    } else if (unknown > 0) {
      warn(
          "schedules",
          unknown + " are of tenants that the registry does not have",
          "tenantctl schedules differences -o json; nothing is done to them");
    } else {
      ok("schedules", answer.path("schedules").asLong() + ", as the registry of tenants has them");
    }
  }

  private void encryption() {
    JsonNode answer = platform().tenants().get(Target.of("/api/v1/encryption/keys"));
    String newest = answer.path("newest_key_id").asText();
    long lost = secrets(answer, each -> !each.path("configured").asBoolean());
    long old = secrets(answer, each -> !each.path("key_id").asText().equals(newest));
    if (lost > 0) {
      fail(
          "encryption",
          lost + " secrets are encrypted with a key that is not configured",
          "put that key into ENCRYPTION_KEYS_RETIRED");
    } else if (old > 0) {
      warn(
          "encryption",
          old + " secrets are encrypted with a former key",
          "tenantctl encryption rewrap --wait");
    } else {
      ok("encryption", "every secret is encrypted with the newest key");
    }
  }

  private static long secrets(JsonNode answer, Predicate<JsonNode> which) {
    return answer
        .path("keys")
        .valueStream()
        .filter(which)
        .mapToLong(each -> each.path("secrets").asLong())
        .sum();
  }

  private void migrations() {
    JsonNode blueprints =
        platform().backups().get(Target.of("/api/v1/migrations/summary")).path("items");
    long failed = blueprints.valueStream().mapToLong(each -> each.path("failed").asLong()).sum();
    long drifted = blueprints.valueStream().mapToLong(each -> each.path("drifted").asLong()).sum();
    if (failed > 0) {
      warn(
          "migrations",
          failed + " tenants failed",
          "tenantctl migrations status --status failed, then campaigns retry or migrations run");
    } else if (drifted > 0) {
      warn(
          "migrations",
          drifted + " tenants differ from their golden template",
          "tenantctl migrations status --status drifted, then migrations drift TENANT");
    } else {
      ok("migrations", "none failed, and no drift is known");
    }
  }

  private void stores() {
    JsonNode stores = platform().backups().get(Target.of("/api/v1/stores")).path("items");
    stores
        .valueStream()
        .filter(store -> !store.path("state").asText().equals("ours"))
        .forEach(
            store -> {
              String found = store.path("name").asText() + " is " + store.path("state").asText();
              String advice =
                  store.path("advice").asText()
                      + " (tenantctl backups stores claim "
                      + store.path("name").asText()
                      + ")";
              switch (store.path("state").asText()) {
                case "unclaimed", "marker_missing", "other_store" ->
                    warn("backup stores", found, advice);
                default -> fail("backup stores", found, store.path("advice").asText());
              }
            });
    if (stores.valueStream().allMatch(store -> store.path("state").asText().equals("ours"))) {
      ok("backup stores", stores.size() + ", with this installation's marker");
    }
  }

  private void retention() {
    JsonNode last =
        platform()
            .backups()
            .get(
                Target.of("/api/v1/jobs")
                    .with("type", "retention")
                    .with("status", "completed")
                    .with("limit", 1))
            .path("items")
            .path(0)
            .path("result");
    if (last.path("held").asBoolean()) {
      warn(
          "retention",
          "the last run would have removed more than its limit, and removed nothing",
          "tenantctl retention preview, then retention run --force");
    } else if (last.path("importable_count").asInt() > 0) {
      warn(
          "retention",
          last.path("importable_count").asInt() + " stored backups have no record",
          "tenantctl backups orphans, then backups import --dry-run");
    } else {
      ok("retention", "nothing waits for an operator");
    }
  }

  private void jobs() {
    Target target = Target.of("/api/v1/jobs").with("status", "failed").with("limit", 100);
    long recent =
        List.of(platform().tenants(), platform().backups()).stream()
            .flatMap(api -> api.get(target).path("items").valueStream())
            .map(job -> Instant.parse(job.path("created_at").asText()))
            .filter(when -> when.isAfter(Instant.now().minus(RECENT)))
            .count();
    if (recent == 0) {
      ok("jobs", "none failed since yesterday");
    } else {
      warn("jobs", recent + " failed since yesterday", "tenantctl jobs list --status failed");
    }
  }
}
