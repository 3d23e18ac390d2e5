package io.tenantry.cli.platform;

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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery and orphans, with a service that gives fixed answers. */
@Tag("P13")
class RecoverCommandsTest {

  private static final String ACTIVE =
      "{\"active\": true, \"since\": \"2026-11-29T01:02:03Z\", \"reason\": \"It was restored.\"}";
  private static final String NORMAL = "{\"active\": false}";
  private static final String TENANT = "01a1fc6b-37a5-7f53-a72d-95728c633816";

  @TempDir Path folder;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private Ctl ctl;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    ctl =
        Ctl.bare()
            .with("XDG_CONFIG_HOME", folder.toString())
            .with("TENANT_URL", url)
            .with("INGESTION_URL", url)
            .with("BACKUP_URL", url);
    answers.put("GET /q/health/ready", "{\"status\": \"UP\", \"checks\": []}");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    requests.add(request);
    byte[] body = answers.getOrDefault(request, "{\"items\": []}").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String items(String status, String... items) {
    return "{\"items\": [%s], \"status\": %s}".formatted(String.join(", ", items), status);
  }

  private static String item(String action, String result) {
    return """
    {"cluster": "default", "tenant_id": "%s", "name": "car_a", "action": "%s", "detail": "why", "result": "%s"}
    """
        .formatted(TENANT, action, result);
  }

  @Test
  @Tag("F2")
  void showsThatAndWhyRecoveryModeIsActive() {
    answers.put("GET /api/v1/recovery", ACTIVE);

    assertThat(ctl.run("recover", "status").ok().out())
        .contains("active:", "true", "It was restored.");
    assertThat(ctl.run("status").out())
        .startsWith("RECOVERY_MODE")
        .contains("tenantctl recover plan, then recover run", "It was restored.");
    assertThat(ctl.run("doctor").ends(ExitCode.FAILURE).out())
        .contains("recovery mode is active: It was restored.");
  }

  @Test
  @Tag("F2")
  void hidesRecoveryInNormalOperation() {
    answers.put("GET /api/v1/recovery", NORMAL);

    assertThat(ctl.run("status").out()).doesNotContain("RECOVERY_MODE");
    assertThat(ctl.run("doctor").out()).contains("not needed").doesNotContain("recovery mode is");
  }

  @Test
  @Tag("F2")
  void listsPlannedChangesOfRecovery() {
    answers.put("GET /api/v1/recovery/plan", items(ACTIVE, item("adopt", "planned")));

    Ctl.Result plan = ctl.run("recover", "plan").ok();

    plan.prints(
        """
        TENANT  ACTION  NAME  CLUSTER  RESULT  DETAIL
        <id>  adopt  car_a  default  planned  why
        """);
    assertThat(plan.err()).contains("tenantctl recover run");
    assertThat(requests).noneMatch(request -> request.startsWith("POST"));
  }

  @Test
  @Tag("F2")
  void asksWithCountsBeforeRegistryIsChanged() {
    answers.put(
        "GET /api/v1/recovery/plan",
        items(
            ACTIVE,
            item("adopt", "planned"),
            item("adopt", "planned"),
            item("rotate", "planned"),
            item("report_missing", "planned")));

    assertThat(ctl.typing("n\n").run("recover", "run").fails(ExitCode.FAILURE).err())
        .contains(
            "tenants adopted with new credentials: 2; credentials rotated: 1;"
                + " only reported, data missing: 1",
            "Nothing on a cluster is dropped.");
    ctl.run("recover", "run").fails(ExitCode.USAGE);
    assertThat(requests).noneMatch(request -> request.startsWith("POST"));
  }

  @Test
  @Tag("F2")
  void exitsWithOneWhileRecoveryModeIsActive() {
    answers.put("GET /api/v1/recovery/plan", items(ACTIVE, item("adopt", "planned")));
    answers.put("POST /api/v1/recovery/run", items(ACTIVE, item("adopt", "failed: no blueprint")));

    Ctl.Result result = ctl.run("recover", "run", "--yes").ends(ExitCode.FAILURE);

    assertThat(result.out()).contains("failed: no blueprint");
    assertThat(result.err()).contains("1 items failed, and recovery mode is still active");
  }

  @Test
  @Tag("F2")
  void showsOpenDecisionsAfterCompleteRecovery() {
    answers.put("GET /api/v1/recovery/plan", items(ACTIVE, item("report_missing", "planned")));
    answers.put("POST /api/v1/recovery/run", items(NORMAL, item("report_missing", "planned")));

    assertThat(ctl.run("recover", "run", "--yes").ok().err())
        .contains("Recovery is complete", "restore a tenant whose data is missing");
  }

  @Test
  @Tag("F2")
  void runsNoRecoveryWithoutChanges() {
    answers.put("GET /api/v1/recovery/plan", items(NORMAL, item("report_missing", "planned")));

    assertThat(ctl.run("recover", "run", "--yes").ok().err())
        .contains("there is nothing to change");
    assertThat(requests).containsExactly("GET /api/v1/recovery/plan");
  }

  @Test
  @Tag("F19")
  void showsWhatReapRemovesAndKeeps() {
    answers.put("GET /api/v1/orphans", orphans());

    assertThat(ctl.typing("n\n").run("orphans", "reap").fails(ExitCode.FAILURE).err())
        .contains(
            "removes 1 orphans that never belonged to a tenant, and quarantines 2 that may",
            "No tenant's data is dropped.");
    ctl.run("orphans", "list", "--no-headers")
        .ok()
        .prints(
            """
            car_a  database  tenant  quarantine  <id>  default
            car_b  database  pool  remove  <id>  default
            car_c  database  tenant  quarantine  <id>  default
            """);
    assertThat(requests).noneMatch(request -> request.startsWith("POST"));
  }

  @Test
  @Tag("F19")
  void neverAdvisesToDropDataOfTenant() {
    answers.put("GET /api/v1/orphans", orphans());

    assertThat(ctl.run("doctor").out())
        .contains("of which 2 may hold a tenant's data", "do not drop them")
        .doesNotContain("orphans reap");
  }

  private static String orphans() {
    return items(
        NORMAL,
        orphan("car_a", "tenant", "quarantine"),
        orphan("car_b", "pool", "remove"),
        orphan("car_c", "tenant", "quarantine"));
  }

  private static String orphan(String name, String purpose, String action) {
    return """
    {"name": "%s", "kind": "database", "cluster": "default", "purpose": "%s", "action": "%s", "tenant_id": "%s"}
    """
        .formatted(name, purpose, action, TENANT);
  }
}
