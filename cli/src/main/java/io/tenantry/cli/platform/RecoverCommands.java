package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Columns;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@RegisterForReflection
@Command
public final class RecoverCommands extends CommandGroup {

  private static final Columns COLUMNS =
      Columns.of(
          "TENANT tenant_id",
          "ACTION action",
          "NAME name",
          "CLUSTER cluster",
          "RESULT result",
          "DETAIL detail");
  private static final String RECOVERY = "/api/v1/recovery";

  /** The description of each action in the confirmation. */
  private static final Map<String, String> LABELS =
      Map.of(
          "adopt", "tenants adopted with new credentials",
          "rotate", "credentials rotated",
          "set_version", "blueprint versions corrected",
          "record_deletion", "deletions recorded",
          "suspend", "tenants suspended",
          "forget_pool_entry", "pool entries forgotten",
          "report_missing", "only reported, data missing",
          "report_unknown", "only reported, tenant unknown");

  @Command(
      description = "Show whether the services are in recovery mode, since when and why",
      footer = "  tenantctl recover status")
  void status() {
    printer().details(platform().tenants().get(Target.of(RECOVERY)), COLUMNS);
  }

  @Command(
      description = "Compare the registry with the clusters, and change nothing",
      footer = {"  tenantctl recover plan", "  tenantctl recover plan --timeout 30m -o json"})
  void plan() {
    JsonNode plan = askPlan();
    printer().list(plan, COLUMNS);
    nameUnchecked(plan);
    if (plan.path("items").isEmpty() && plan.path("unchecked").isEmpty()) {
      say("The registry matches the clusters.");
    }
    if (isActive(plan)) {
      terminal().advise("tenantctl recover run does this and ends recovery mode");
    }
  }

  @Command(
      description = "Make the registry match the clusters, and end recovery mode",
      footer = {"  tenantctl recover run", "  tenantctl recover run --timeout 30m --yes"})
  void run(@Mixin Confirmation confirmation) {
    JsonNode plan = askPlan();
    // A run cancels unfinished jobs, so it is requested only if needed.
    if (!isActive(plan) && plan.path("items").size() == count(plan, "action", "report_")) {
      printer().list(plan, COLUMNS);
      say("Recovery mode is not active, and there is nothing to change.");
      return;
    }
    confirmation.require(
        terminal(),
        "This changes the registry to match the clusters (%s). Nothing on a cluster is dropped."
            .formatted(summary(plan)));
    JsonNode answer = platform().tenants().post(Target.of(RECOVERY + "/run"));
    printer().list(answer, COLUMNS);
    nameUnchecked(answer);
    requireComplete(answer);
    say("Recovery is complete; normal operation continues.");
    if (count(answer, "action", "report_") > 0) {
      terminal()
          .advise(
              "decide about what was only reported: restore a tenant whose data is missing from"
                  + " its backup, see tenantctl orphans list for the rest");
    }
  }

  private void nameUnchecked(JsonNode answer) {
    answer
        .path("unchecked")
        .forEach(each -> say("Cluster " + each.asText() + " could not be compared."));
  }

  private JsonNode askPlan() {
    return platform().tenants().get(Target.of(RECOVERY + "/plan"));
  }

  private static void requireComplete(JsonNode answer) {
    long failed = count(answer, "result", "failed");
    if (failed > 0 || isActive(answer)) {
      throw new CommandException(
          ExitCode.FAILURE,
          "%d items failed, and recovery mode is %s"
              .formatted(failed, isActive(answer) ? "still active" : "over"),
          "fix what RESULT names, then run tenantctl recover run again");
    }
  }

  private static boolean isActive(JsonNode answer) {
    return answer.path("status").path("active").asBoolean();
  }

  private static long count(JsonNode answer, String field, String prefix) {
    return answer
        .path("items")
        .valueStream()
        .filter(item -> item.path(field).asText().startsWith(prefix))
        .count();
  }

  private static String summary(JsonNode plan) {
    Map<String, Long> counts =
        plan.path("items")
            .valueStream()
            .map(item -> item.path("action").asText())
            .collect(
                Collectors.groupingBy(action -> action, LinkedHashMap::new, Collectors.counting()));
    return counts.isEmpty()
        ? "no difference"
        : counts.entrySet().stream()
            .map(each -> LABELS.getOrDefault(each.getKey(), each.getKey()) + ": " + each.getValue())
            .collect(Collectors.joining("; "));
  }
}
