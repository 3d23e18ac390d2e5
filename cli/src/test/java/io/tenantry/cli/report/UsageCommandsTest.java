package io.tenantry.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tenantry.cli.Ctl;
import io.tenantry.cli.command.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands request and print, of a service that gives fixed answers. */
class UsageCommandsTest {

  private static final String TENANT = "01a1fc6b-37a5-7f53-a72d-95728c633816";

  @TempDir Path folder;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private String answer = "{\"items\": []}";
  private HttpServer server;
  private Ctl ctl;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    ctl =
        Ctl.bare()
            .with("XDG_CONFIG_HOME", folder.toString())
            .with("TENANT_URL", address)
            .with("BACKUP_URL", address);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestURI().toString());
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  @Tag("T25")
  void requestsUsageOfTenantRankingAndExport() {
    ctl.run("usage", TENANT).ok();
    ctl.run("usage", TENANT, "--days", "--from", "2026-11-01", "--to", "2026-12-01").ok();
    ctl.run("usage", "--by", "events", "--top", "3").ok();
    ctl.run("usage", "--export", "2026-11").ok();

    assertThat(requests)
        .containsExactly(
            "/api/v1/tenants/" + TENANT + "/usage",
            "/api/v1/tenants/" + TENANT + "/usage?granularity=day&from=2026-11-01&to=2026-12-01",
            "/api/v1/usage?by=events&top=3",
            "/api/v1/usage/export?month=2026-11&format=csv");
  }

  @Test
  @Tag("T25")
  void showsGapsAndWhatWasNotMeasured() {
    answer =
        """
        {"items": [{"start": "2026-11-30T10:00:00Z", "storage_bytes": 1048576, "hours_measured": 1, "tables": 7}],
         "gaps": [{"from": "2026-11-30T11:00:00Z", "to": "2026-11-30T13:00:00Z"}]}
        """;

    Ctl.Result table = ctl.run("usage", TENANT).ok();
    assertThat(table.out()).contains("1.0 MiB").containsPattern("7 +- +-");
    assertThat(table.err())
        .contains("Not measured: from 2026-11-30T11:00:00Z to 2026-11-30T13:00:00Z");
    assertThat(ctl.run("usage", TENANT, "-o", "csv").ok().out().lines())
        .containsExactly(
            "start,storage_bytes,hours_measured,tables,connections_peak,transactions,rows_in,"
                + "rows_out,events_captured,bytes_captured,events_delivered,backups,backup_bytes",
            "2026-11-30T10:00:00Z,1048576,1,7,,,,,,,,,");
    assertThat(ctl.run("usage", TENANT, "-o", "json").ok().out()).contains("\"gaps\"");
  }

  @Test
  @Tag("T25")
  void writesExportToFile() {
    answer = "month,tenant_id\r\n2026-11,x\r\n";
    Path file = folder.resolve("usage.csv");

    assertThat(ctl.run("usage", "--export", "2026-11", "--file", file.toString()).ok().out())
        .isEmpty();

    assertThat(file).hasContent(answer);
    assertThat(ctl.run("usage", "--export", "2026-11", "--ndjson").ok().out()).isEqualTo(answer);
    assertThat(requests.getLast()).endsWith("format=ndjson");
  }

  @Test
  @Tag("T25")
  void refusesOptionsThatDoNotGoTogether() {
    ctl.run("usage", TENANT, "--top", "3").fails(ExitCode.USAGE);
    ctl.run("usage", "--ndjson").fails(ExitCode.USAGE);
    ctl.run("usage", TENANT, "--export", "2026-11").fails(ExitCode.USAGE);
    assertThat(requests).isEmpty();
  }

  @Test
  @Tag("P11")
  void requestsReports() {
    ctl.run("report", "provisioning", "--interval", "week", "--blueprint", "car").ok();
    ctl.run("report", "growth", "--from", "2026-11-01").ok();
    ctl.run("report", "backups", "--interval", "month").ok();
    ctl.run("report", "campaigns", "--to", "2026-11-30").ok();

    assertThat(requests)
        .containsExactly(
            "/api/v1/reports/provisioning?interval=week&blueprint=car",
            "/api/v1/reports/growth?from=2026-11-01",
            "/api/v1/reports/backups?interval=month",
            "/api/v1/reports/campaigns?to=2026-11-30");
  }

  @Test
  @Tag("P11")
  void showsStepsAndFailures() {
    answer =
        """
        {"items": [{"start": "2026-11-30", "blueprint": "car", "region": "us-east-1", "succeeded": 9, "failed": 1,
           "success_rate": 0.9, "from_pool": 8, "duration_ms": {"median": 5.0, "p95": 80.5, "max": 100.0}}],
         "steps": [{"step": "database", "completed": 2, "failed": 1}],
         "failures": {"DATABASE_CREATION_FAILED": 1}}
        """;

    Ctl.Result report = ctl.run("report", "provisioning").ok();

    assertThat(report.out()).contains("80 ms", "Steps", "database");
    assertThat(report.err()).contains("Failed: DATABASE_CREATION_FAILED 1 times");
    assertThat(ctl.run("report", "provisioning", "-o", "csv").ok().out().lines())
        .containsExactly(
            "start,blueprint,region,succeeded,failed,success_rate,from_pool,duration_ms.median,"
                + "duration_ms.p95,duration_ms.max",
            "2026-11-30,car,us-east-1,9,1,0.9,8,5.0,80.5,100.0");
  }
}
