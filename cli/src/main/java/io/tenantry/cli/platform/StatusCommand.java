package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.api.UnreachableException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@RegisterForReflection
@Command(footer = {"  tenantctl status", "  tenantctl status -o json"})
public final class StatusCommand extends CommandGroup implements Callable<Integer> {

  private static final int NEWEST = 5;
  private static final List<String> UNFINISHED = List.of("running", "paused", "halted");

  private final ObjectNode status = Json.MAPPER.createObjectNode();
  private boolean complete = true;

  /** A section of the output. */
  private record Section(String name, Columns columns) {}

  private static final Section SERVICES =
      new Section(
          "services",
          Columns.of("SERVICE name", "STATUS status", "ADDRESS address", "NOT_READY not_ready"));
  private static final Section RECOVERY =
      new Section(
          "recovery", Columns.of("RECOVERY_MODE since time", "WHAT_TO_DO advice", "REASON reason"));
  private static final List<Section> SECTIONS =
      List.of(
          RECOVERY,
          SERVICES,
          new Section(
              "clusters",
              Columns.of(
                  "CLUSTER name",
                  "REGION region",
                  "STATUS status",
                  "TENANTS tenants n",
                  "CAPACITY capacity n")),
          new Section(
              "tenants",
              Columns.of(
                  "BLUEPRINT blueprint",
                  "CURRENT current_version",
                  "UP_TO_DATE up_to_date n",
                  "PENDING pending n",
                  "FAILED failed n",
                  "DRIFTED drifted n")),
          new Section(
              "campaigns",
              Columns.of(
                  "UNFINISHED_CAMPAIGN id",
                  "BLUEPRINT blueprint",
                  "STATUS status",
                  "WAVE wave n",
                  "COMPLETED tenants.completed n",
                  "FAILED tenants.failed n",
                  "PENDING tenants.pending n")),
          new Section("topics", Columns.of("TOPIC topic", "AS_CONFIGURED matches yes")),
          new Section(
              "groups",
              Columns.of("GROUP group", "STATE state", "MEMBERS members size", "LAG lag n")),
          new Section(
              "dead_letters", Columns.of("DEAD_LETTERS reason", "STATUS status", "COUNT count n")),
          new Section(
              "lost_events",
              Columns.of(
                  "LOST_EVENTS id",
                  "REASON reason",
                  "TENANT tenant_id",
                  "OFFSETS offsets n",
                  "RECORDED recorded_at time")),
          new Section(
              "jobs",
              Columns.of(
                  "UNFINISHED_JOB id",
                  "TYPE type",
                  "TENANT tenant_id",
                  "STATUS status",
                  "PERCENT progress.percent n")),
          new Section(
              "backups",
              Columns.of(
                  "NEWEST_BACKUP id",
                  "TENANT tenant_name",
                  "STATUS status",
                  "SIZE file.bytes bytes",
                  "COMPLETED completed_at time")));

  @Override
  public Integer call() {
    for (Section section : SECTIONS) {
      status.putArray(section.name());
    }
    platform().all().forEach(this::addService);
    Api tenants = platform().tenants();
    Api ingestion = platform().ingestion();
    Api backups = platform().backups();
    addRecovery(tenants);
    add("clusters", tenants, Target.of("/api/v1/clusters"), "items");
    add("tenants", backups, Target.of("/api/v1/migrations/summary"), "items");
    add(
        "campaigns",
        backups,
        Target.of("/api/v1/campaigns").with("limit", NEWEST),
        "items",
        campaign -> UNFINISHED.contains(campaign.path("status").asText()));
    add("topics", ingestion, Target.of("/api/v1/topics/verification"), "items");
    add("groups", ingestion, Target.of("/api/v1/groups"), "items");
    add("dead_letters", ingestion, Target.of("/api/v1/dead-letters/count"), "counts");
    add("lost_events", ingestion, Target.of("/api/v1/lost-events").with("limit", NEWEST), "items");
    for (Api api : List.of(tenants, backups)) {
      for (String state : List.of("running", "pending")) {
        add(
            "jobs",
            api,
            Target.of("/api/v1/jobs").with("status", state).with("limit", NEWEST),
            "items");
      }
    }
    add("backups", backups, Target.of("/api/v1/backups").with("limit", NEWEST), "items");
    print();
    return (complete ? ExitCode.OK : ExitCode.UNREACHABLE).number();
  }

  private void addService(Api api) {
    ObjectNode service =
        ((ArrayNode) status.get(SERVICES.name()))
            .addObject()
            .put("name", api.service())
            .put("address", api.address().toString());
    try {
      Readiness readiness = Readiness.of(api);
      service.put("status", readiness.ready() ? "up" : "down");
      ArrayNode missing = service.putArray("not_ready");
      readiness.missing().forEach(missing::add);
      complete &= readiness.ready();
    } catch (UnreachableException e) {
      service.put("status", "unreachable");
      complete = false;
    }
  }

  /**
   * Sections of an unreachable service are omitted; the services section shows that it is
   * unreachable.
   */
  private void add(String section, Api api, Target target, String items) {
    add(section, api, target, items, item -> true);
  }

  private void add(
      String section, Api api, Target target, String items, Predicate<JsonNode> which) {
    add(section, () -> api.get(target).path(items).valueStream().filter(which));
  }

  /** The first section, shown only while recovery mode is active. */
  private void addRecovery(Api api) {
    add(
        RECOVERY.name(),
        () ->
            Stream.of(api.get(Target.of("/api/v1/recovery")))
                .filter(answer -> answer.path("active").asBoolean())
                .map(
                    answer ->
                        ((ObjectNode) answer)
                            .put("advice", "tenantctl recover plan, then recover run")));
  }

  private void add(String section, Supplier<Stream<JsonNode>> items) {
    try {
      items.get().forEach(((ArrayNode) status.get(section))::add);
    } catch (UnreachableException e) {
      complete = false;
    } catch (ApiException e) {
      if (e.status() != 503) {
        throw e;
      }
      complete = false;
    }
  }

  private void print() {
    Printer printer = printer();
    if (printer.format() != Format.TABLE) {
      printer.row(status, Columns.of("STATUS services"));
      return;
    }
    boolean first = true;
    for (Section section : SECTIONS) {
      JsonNode items = status.get(section.name());
      if (items.isEmpty()) {
        continue;
      }
      if (!first) {
        terminal().out().println();
      }
      first = false;
      try (Printer.Rows rows = printer.rows(section.columns())) {
        items.forEach(rows::add);
      }
    }
  }
}
