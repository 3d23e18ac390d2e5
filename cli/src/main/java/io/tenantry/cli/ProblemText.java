package io.tenantry.cli;

import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.output.Terminal;
import java.util.Optional;

/** Prints a problem detail: what happened, the invalid fields, and what to do. */
final class ProblemText {

  private ProblemText() {}

  static void show(ApiException problem, Terminal terminal) {
    terminal.error(problem.getMessage() + " (" + problem.code() + ")");
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
              "set the correct key: TENANTRY_ADMIN_KEY, or tenantctl context set NAME --key-file"
                  + " FILE";
          case "FORBIDDEN" -> "use a key of a higher role: viewer, operator, admin";
          case "TENANT_NOT_FOUND" -> "tenantctl tenants list shows all tenants";
          case "PROJECT_NOT_FOUND" -> "tenantctl projects list shows all projects";
          case "BLUEPRINT_NOT_FOUND" -> "tenantctl blueprints list shows all blueprints";
          case "CLUSTER_NOT_FOUND" -> "tenantctl clusters list shows all clusters";
          case "INSTANCE_NOT_FOUND" -> "tenantctl instances list shows all instances";
          case "TOPIC_NOT_FOUND" -> "tenantctl topics list shows all topics";
          case "GROUP_NOT_FOUND" -> "tenantctl groups list shows all groups";
          case "BACKUP_NOT_FOUND" -> "tenantctl backups list shows all backups";
          case "CAMPAIGN_NOT_FOUND" -> "tenantctl campaigns list shows all campaigns";
          case "CAMPAIGN_IN_PROGRESS" -> "tenantctl campaigns list shows it";
          case "JOB_NOT_FOUND" -> "tenantctl jobs list shows all jobs";
          case "TENANT_NAME_TAKEN" -> "names are unique in an environment; choose another";
          case "QUOTA_EXCEEDED" -> "tenantctl quotas show TENANT; an admin changes them";
          case "GROUP_ACTIVE" -> "stop the group's members first: tenantctl groups show GROUP";
          case "CLUSTER_IN_USE" -> "tenantctl clusters drain CLUSTER places no new tenants on it";
          case "TENANT_BUSY" -> "tenantctl jobs list --tenant TENANT shows what is in progress";
          default -> problem.retryable() ? "retry the command later" : null;
        };
    return Optional.ofNullable(advice);
  }
}
