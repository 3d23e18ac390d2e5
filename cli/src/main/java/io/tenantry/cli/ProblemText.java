package io.tenantry.cli;

import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.output.Terminal;
import java.util.Optional;

/** A problem detail as a person reads it: what happened, which fields, what to do. */
final class ProblemText {

  private ProblemText() {}

  static void show(ApiException problem, Terminal terminal) {
    terminal.complain(problem.getMessage() + " (" + problem.code() + ")");
    problem
        .errors()
        .forEach(
            error ->
                terminal.say(
                    "  "
                        + (error.field().isEmpty() ? "" : error.field() + ": ")
                        + error.message()));
    advice(problem).ifPresent(terminal::advise);
  }

  private static Optional<String> advice(ApiException problem) {
    String advice =
        switch (problem.code()) {
          case "UNAUTHENTICATED" ->
              "give the right key: TENANTRY_ADMIN_KEY, or tenantctl context set NAME --key-file"
                  + " FILE";
          case "FORBIDDEN" -> "use a key of a higher role: viewer, operator, admin";
          case "TENANT_NOT_FOUND" -> "tenantctl tenants list shows those there are";
          case "PROJECT_NOT_FOUND" -> "tenantctl projects list shows those there are";
          case "BLUEPRINT_NOT_FOUND" -> "tenantctl blueprints list shows those there are";
          case "CLUSTER_NOT_FOUND" -> "tenantctl clusters list shows those there are";
          case "INSTANCE_NOT_FOUND" -> "tenantctl instances list shows those there are";
          case "TOPIC_NOT_FOUND" -> "tenantctl topics list shows those there are";
          case "GROUP_NOT_FOUND" -> "tenantctl groups list shows those there are";
          case "BACKUP_NOT_FOUND" -> "tenantctl backups list shows those there are";
          case "CAMPAIGN_NOT_FOUND" -> "tenantctl campaigns list shows those there are";
          case "CAMPAIGN_IN_PROGRESS" -> "tenantctl campaigns list shows it";
          case "JOB_NOT_FOUND" -> "tenantctl jobs list shows those there are";
          case "TENANT_NAME_TAKEN" -> "names are unique in an environment; choose another";
          case "QUOTA_EXCEEDED" -> "tenantctl quotas show TENANT; an admin changes them";
          case "GROUP_ACTIVE" -> "stop the group's members first: tenantctl groups show GROUP";
          case "CLUSTER_IN_USE" ->
              "tenantctl clusters drain CLUSTER keeps new tenants away from it";
          case "TENANT_BUSY" -> "tenantctl jobs list --tenant TENANT shows what is being done";
          default -> problem.retryable() ? "the same may succeed later; try again" : null;
        };
    return Optional.ofNullable(advice);
  }
}
