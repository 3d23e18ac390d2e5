package io.tenantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.cli.command.ExitCode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages and exit codes of commands with missing or invalid arguments. */
class BadInputIT {

  private static final String NOTHING = "550e8400-e29b-41d4-a716-446655440000";

  private final Ctl ctl = Services.ctl();

  static Stream<Arguments> commands() {
    return Stream.of(
            all(
                ExitCode.NOT_FOUND,
                "there is no tenant nobody",
                """
                tenants annotate nobody plan=gold
                tenants rename nobody other
                tenants connection nobody
                tenants delete nobody --yes
                tenants rotate-credentials nobody
                keys list nobody
                keys create nobody ci
                services list nobody
                services register nobody auth
                quotas show nobody
                quotas set nobody services=1
                topics partition ingestion-events nobody
                dlq list --tenant nobody
                dlq count --tenant nobody
                dlq redrive --tenant nobody
                instances add support nobody
                limits show --tenant nobody
                limits clear --tenant nobody
                backups list --tenant nobody
                backups destroy-key nobody --yes
                restore nobody --yes
                restores list --tenant nobody
                drills list --tenant nobody
                schedules show nobody
                schedules set nobody --cron never
                migrations plan nobody
                migrations run nobody
                migrations rollback nobody --to 000000000000 --yes
                migrations list nobody
                migrations drift nobody
                jobs list --tenant nobody
                audit --tenant nobody
                """),
            all(
                ExitCode.NOT_FOUND,
                "Tenant not found: There is no tenant <id>. (TENANT_NOT_FOUND)",
                """
                tenants connection ID
                tenants purge ID --yes
                services remove ID auth --yes
                """),
            all(
                ExitCode.NOT_FOUND,
                "API key not found: The tenant has no API key <id>. (API_KEY_NOT_FOUND)",
                """
                keys rotate ID ID
                keys revoke ID ID --yes
                """),
            all(
                ExitCode.NOT_FOUND,
                "Service not found: The tenant has no service auth." + " (SERVICE_NOT_FOUND)",
                """
                services disable ID auth
                services enable ID auth
                """),
            all(
                ExitCode.NOT_FOUND,
                "Cluster not found: There is no cluster nowhere. (CLUSTER_NOT_FOUND)",
                """
                clusters activate nowhere
                clusters drain nowhere
                clusters limit nowhere 5
                clusters delete nowhere --yes
                """),
            all(
                ExitCode.NOT_FOUND,
                "Topic not found: This service manages only the topics ingestion-events and"
                    + " ingestion-events-dlq. (TOPIC_NOT_FOUND)",
                """
                topics create nothing
                topics verify nothing
                topics reconcile nothing
                topics partition nothing ID
                """),
            all(
                ExitCode.NOT_FOUND,
                "Instance not found: There is no instance named nowhere. (INSTANCE_NOT_FOUND)",
                """
                instances set-default nowhere
                instances update nowhere --agent me
                instances delete nowhere --yes
                limits set 5 --instance nowhere
                """),
            all(
                ExitCode.NOT_FOUND,
                "Backup not found: There is no backup <id>. (BACKUP_NOT_FOUND)",
                """
                backups verify ID
                backups drill ID
                backups download ID
                """),
            all(
                ExitCode.NOT_FOUND,
                "Restore not found: There is no restore <id>. (RESTORE_NOT_FOUND)",
                "restores undo ID --yes"),
            all(
                ExitCode.NOT_FOUND,
                "Blueprint not found: There is no blueprint nothing. (BLUEPRINT_NOT_FOUND)",
                "campaigns plan nothing"),
            all(
                ExitCode.NOT_FOUND,
                "Campaign not found: There is no campaign <id>. (CAMPAIGN_NOT_FOUND)",
                """
                campaigns show ID
                campaigns tenants ID
                campaigns pause ID
                campaigns resume ID
                campaigns cancel ID
                campaigns retry ID
                campaigns rollback ID --yes
                """),
            all(
                ExitCode.NOT_FOUND,
                "Job not found: There is no job <id>. (JOB_NOT_FOUND)",
                """
                jobs wait ID
                jobs cancel ID
                """),
            all(
                ExitCode.USAGE,
                "Invalid request: One field is invalid. (VALIDATION_FAILED)",
                """
                blueprints show car --version nonsense
                instances add a/b ID
                migrations status --status asleep
                campaigns list --after 1
                jobs list --status asleep
                audit --after x
                """),
            all(
                ExitCode.USAGE,
                "Unmatched argument at index 2: 'extra'",
                """
                blueprints list extra
                clusters list extra
                groups list extra
                encryption keys extra
                orphans list extra
                recover status extra
                recover plan extra
                recover run extra
                retention preview extra
                """),
            all(
                ExitCode.USAGE,
                "Unmatched argument at index 1: 'extra'",
                """
                status extra
                doctor extra
                """),
            all(
                ExitCode.USAGE,
                "--limit must be 1 or more",
                """
                projects list --limit 0
                schedules list --limit 0
                """),
            all(
                ExitCode.USAGE,
                "Missing required argument (specify one of these):"
                    + " (--tenant=TENANT | --instance=NAME)",
                "limits clear"),
            all(
                ExitCode.USAGE,
                "Invalid value for option '--wait-for': 'soon' is not a duration; examples:"
                    + " 500ms, 30s, 10m, 2h, 7d",
                """
                encryption rewrap --wait-for soon
                migrations check-drift --wait-for soon
                """))
        .flatMap(commands -> commands);
  }

  private static Stream<Arguments> all(ExitCode code, String complaint, String commands) {
    return commands.lines().map(command -> Arguments.of(command, code, complaint));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  @Tag("P5")
  void explainsInvalidRequests(String command, ExitCode code, String complaint) {
    Ctl.Result result = ctl.run(command.replaceAll("\\bID\\b", NOTHING).split(" ")).fails(code);

    assertThat(Ctl.stable(result.err()).lines().findFirst()).hasValue("tenantctl: " + complaint);
  }
}
