package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Checks a platform whose services are all reachable, by what they report. */
final class PlatformChecks {

  private static final Duration RECENT = Duration.ofDays(1);
  private static final Duration LOSSES_SHOWN = Duration.ofDays(7);

  private final Platform platform;
  private final Findings findings;

  PlatformChecks(Platform platform, Findings findings) {
    this.platform = platform;
    this.findings = findings;
  }

  void run() {
    findings.during("recovery", this::recovery);
    findings.during("topics", this::topics);
    findings.during("consumer groups", this::groups);
    findings.during("dead letters", this::deadLetters);
    findings.during("lost events", this::lostEvents);
    findings.during("clusters", this::clusters);
    findings.during("orphans", this::orphans);
    findings.during("missing databases", this::missingDatabases);
    findings.during("schedules", this::schedules);
    findings.during("encryption", this::encryption);
    findings.during("migrations", this::migrations);
    findings.during("backup stores", this::stores);
    findings.during("retention", this::retention);
    findings.during("jobs", this::jobs);
  }

  private void recovery() {
    JsonNode recovery = platform.tenants().get(Target.of("/api/v1/recovery"));
    if (recovery.path("active").asBoolean()) {
      findings.fail(
          "recovery",
          "recovery mode is active: " + recovery.path("reason").asText(),
          "tenantctl recover plan, then recover run");
    } else {
      findings.ok("recovery", "not needed");
    }
  }

  private void topics() {
    JsonNode topics =
        platform.ingestion().get(Target.of("/api/v1/topics/verification")).path("items");
    List<String> differing =
        topics
            .valueStream()
            .filter(topic -> !topic.path("matches").asBoolean())
            .map(topic -> topic.path("topic").asText())
            .toList();
    if (differing.isEmpty()) {
      findings.ok("topics", topics.size() + " match their configuration");
    } else {
      findings.warn(
          "topics",
          String.join(", ", differing) + " not as configured",
          "tenantctl topics reconcile " + differing.getFirst() + " --dry-run");
    }
  }

  private void groups() {
    JsonNode groups = platform.ingestion().get(Target.of("/api/v1/groups")).path("items");
    List<String> idle =
        groups
            .valueStream()
            .filter(g -> g.path("lag").asLong() > 0 && g.path("members").isEmpty())
            .map(g -> g.path("group").asText())
            .toList();
    if (idle.isEmpty()) {
      findings.ok("consumer groups", groups.size() + ", all with members or without lag");
    } else {
      findings.warn(
          "consumer groups",
          String.join(", ", idle) + " have lag and no members",
          "start an ingestion-service with TENANTRY_EXTRACTION_ENABLED");
    }
  }

  private void deadLetters() {
    JsonNode counts =
        platform.ingestion().get(Target.of("/api/v1/dead-letters/count")).path("counts");
    long open =
        counts
            .valueStream()
            .filter(each -> !List.of("redriven", "lost").contains(each.path("status").asText()))
            .mapToLong(each -> each.path("count").asLong())
            .sum();
    if (open == 0) {
      findings.ok("dead letters", "none waiting");
    } else {
      findings.warn(
          "dead letters", open + " waiting", "tenantctl dlq count, then dlq redrive --dry-run");
    }
  }

  private void lostEvents() {
    Target target = Target.of("/api/v1/lost-events").with("limit", 100);
    long recent =
        platform
            .ingestion()
            .get(target)
            .path("items")
            .valueStream()
            .map(each -> Instant.parse(each.path("recorded_at").asText()))
            .filter(when -> when.isAfter(Instant.now().minus(LOSSES_SHOWN)))
            .count();
    if (recent == 0) {
      findings.ok("lost events", "none in the last week");
    } else {
      findings.warn(
          "lost events",
          "events were lost before they were delivered, " + recent + " times in the last week",
          "tenantctl dlq lost; a tenant's database must not be down longer than the topic's"
              + " retention");
    }
  }

  private void clusters() {
    JsonNode clusters = platform.tenants().get(Target.of("/api/v1/clusters")).path("items");
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
      findings.fail(
          "clusters",
          "no cluster accepts new tenants",
          "tenantctl clusters register, activate or limit");
    } else {
      findings.ok("clusters", open + " of " + clusters.size() + " accept new tenants");
    }
  }

  private void orphans() {
    JsonNode orphans = platform.tenants().get(OrphanCommands.ORPHANS);
    int number = orphans.path("items").size();
    long removable = OrphanCommands.count(orphans, "remove");
    boolean complete = orphans.path("unchecked").isEmpty();
    if (!complete) {
      warnOfUnchecked("orphans", orphans);
    }
    if (number == 0) {
      if (complete) {
        findings.ok("orphans", "none");
      }
    } else if (number == removable) {
      findings.warn(
          "orphans",
          number + " databases, schemas or roles that never belonged to a tenant",
          "nothing: they are removed automatically; tenantctl orphans list shows them");
    } else {
      findings.warn(
          "orphans",
          "%d databases, schemas or roles without a tenant, of which %d may hold a tenant's data"
              .formatted(number, number - removable),
          "tenantctl orphans list; do not drop them: recover plan shows which can be adopted");
    }
  }

  private void warnOfUnchecked(String check, JsonNode answer) {
    findings.warn(
        check,
        "not checked on "
            + answer
                .path("unchecked")
                .valueStream()
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "))
            + ", which does not respond",
        "check that it is running: tenantctl clusters list, and tenant-service's log");
  }

  private void missingDatabases() {
    JsonNode answer = platform.tenants().get(Target.of("/api/v1/orphans/missing"));
    long tenants =
        answer
            .path("items")
            .valueStream()
            .map(each -> each.path("tenant_id").asText())
            .distinct()
            .count();
    if (tenants > 0) {
      findings.fail(
          "missing databases",
          "%d tenants lack their database, schema or role".formatted(tenants),
          "tenantctl orphans missing, then restore them from their backups");
    } else if (!answer.path("unchecked").isEmpty()) {
      warnOfUnchecked("missing databases", answer);
    } else {
      findings.ok("missing databases", "none");
    }
  }

  private void schedules() {
    JsonNode answer = platform.backups().get(Target.of("/api/v1/schedules/reconciliation"));
    long missing = answer.path("missing").path("count").asLong();
    long deleted = answer.path("deleted").path("count").asLong();
    long unknown = answer.path("unknown").path("count").asLong();
    if (answer.hasNonNull("held")) {
      findings.fail(
          "schedules",
          answer.path("held").asText(),
          "tenantctl schedules differences, then schedules reconcile --beyond-limits if they are correct");
    } else if (missing + deleted > 0) {
      findings.warn(
          "schedules",
          "%d tenants have no backup schedule, %d deleted tenants still have one"
              .formatted(missing, deleted),
          "wait a few minutes, or run tenantctl schedules reconcile");
    } else if (unknown > 0) {
      findings.warn(
          "schedules",
          unknown + " belong to tenants that are not in the registry",
          "tenantctl schedules differences -o json; they are not changed automatically");
    } else {
      findings.ok(
          "schedules", answer.path("schedules").asLong() + ", matching the registry of tenants");
    }
  }

  private void encryption() {
    JsonNode answer = platform.tenants().get(Target.of("/api/v1/encryption/keys"));
    String newest = answer.path("newest_key_id").asText();
    long lost = secrets(answer, each -> !each.path("configured").asBoolean());
    long old = secrets(answer, each -> !each.path("key_id").asText().equals(newest));
    if (lost > 0) {
      findings.fail(
          "encryption",
          lost + " secrets are encrypted with a key that is not configured",
          "put that key into ENCRYPTION_KEYS_RETIRED");
    } else if (old > 0) {
      findings.warn(
          "encryption",
          old + " secrets are encrypted with a previous key",
          "tenantctl encryption rewrap --wait");
    } else {
      findings.ok("encryption", "every secret is encrypted with the newest key");
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
        platform.backups().get(Target.of("/api/v1/migrations/summary")).path("items");
    long failed = blueprints.valueStream().mapToLong(each -> each.path("failed").asLong()).sum();
    long drifted = blueprints.valueStream().mapToLong(each -> each.path("drifted").asLong()).sum();
    if (failed > 0) {
      findings.warn(
          "migrations",
          failed + " tenants failed",
          "tenantctl migrations status --status failed, then campaigns retry or migrations run");
    } else if (drifted > 0) {
      findings.warn(
          "migrations",
          drifted + " tenants differ from their golden template",
          "tenantctl migrations status --status drifted, then migrations drift TENANT");
    } else {
      findings.ok("migrations", "none failed, no known drift");
    }
  }

  private void stores() {
    JsonNode stores = platform.backups().get(Target.of("/api/v1/stores")).path("items");
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
                    findings.warn("backup stores", found, advice);
                default -> findings.fail("backup stores", found, store.path("advice").asText());
              }
            });
    if (stores.valueStream().allMatch(store -> store.path("state").asText().equals("ours"))) {
      findings.ok("backup stores", stores.size() + ", with this installation's marker");
    }
  }

  private void retention() {
    JsonNode last =
        platform
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
      findings.warn(
          "retention",
          "the last run would have removed more than its limit, and removed nothing",
          "tenantctl retention preview, then retention run --force");
    } else if (last.path("importable_count").asInt() > 0) {
      findings.warn(
          "retention",
          last.path("importable_count").asInt() + " stored backups have no record",
          "tenantctl backups orphans, then backups import --dry-run");
    } else {
      findings.ok("retention", "nothing needs attention");
    }
  }

  private void jobs() {
    Target target = Target.of("/api/v1/jobs").with("status", "failed").with("limit", 100);
    long recent =
        List.of(platform.tenants(), platform.backups()).stream()
            .flatMap(api -> api.get(target).path("items").valueStream())
            .map(job -> Instant.parse(job.path("created_at").asText()))
            .filter(when -> when.isAfter(Instant.now().minus(RECENT)))
            .count();
    if (recent == 0) {
      findings.ok("jobs", "none failed since yesterday");
    } else {
      findings.warn(
          "jobs", recent + " failed since yesterday", "tenantctl jobs list --status failed");
    }
  }
}
