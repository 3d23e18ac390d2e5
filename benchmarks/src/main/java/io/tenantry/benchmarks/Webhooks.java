package io.tenantry.benchmarks;

import static io.tenantry.benchmarks.Statistics.median;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Webhooks: whether one dead endpoint among 1,000 delays the others, and what becomes of 100,000
 * deliveries to a receiver that fails one in five while the service is killed again and again.
 */
final class Webhooks {

  private static final String TYPE = "campaign.finished";
  private static final Pattern ID = Pattern.compile("\"endpoint_id\":\"([0-9a-f-]{36})\"");
  private static final Pattern FACT = Pattern.compile("\"campaign_id\":\"([0-9a-f-]{36})\"");

  /** As shipped. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration SHORT_LEASE = Duration.ofSeconds(8);

  private static final int MANY = 1000;
  private static final int ROUNDS = 5;
  private static final int FACTS_A_ROUND = 20;
  private static final Duration BETWEEN_FACTS = Duration.ofSeconds(1);

  private static final int ENDPOINTS = 100;
  private static final double FAILING = 0.2;
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(10);
  private static final int RAW_POSTS = 20_000;
  private static final int RAW_CONNECTIONS = 64;

  private final Path project;
  private final LocalStack stack;
  private final Results results = new Results("webhooks");

  private Webhooks(Path project, LocalStack stack) {
    this.project = project;
    this.stack = stack;
  }

  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    int deliveries = Integer.parseInt(arguments[1]);
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
            .withDurability(LocalStackOptions.Durability.FULL)
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    try (LocalStack stack = LocalStack.start(options)) {
      Webhooks webhooks = new Webhooks(project, stack);
      webhooks.measureDeadEndpoint();
      webhooks.killDuringDeliveries(deliveries);
      webhooks.results.write(project);
    }
  }

  private Service start(Duration lease, WebhookReceiver... receivers) throws Exception {
    List<String> allowed = new ArrayList<>();
    for (WebhookReceiver receiver : receivers) {
      allowed.add(receiver.authority());
    }
    return Service.start(
        project,
        "tenant-service",
        stack,
        Map.of(
            "OUTBOUND_ALLOWED",
            String.join(",", allowed),
            "TENANTRY_OUTBOUND_CONNECTIONS_PER_ADDRESS",
            "128",
            // Otherwise the queues of a killed service would wait for a minute.
            "TENANTRY_WEBHOOKS_LEASE",
            lease.toSeconds() + "s",
            "WEBHOOK_TIMEOUT",
            lease.dividedBy(4).toSeconds() + "s",
            "POOL_SIZE",
            "0",
            "ACCESS_LOG",
            "false"));
  }

  private static String endpoint(Service service, String url) throws Exception {
    HttpResponse<String> response =
        service.send(
            "POST",
            "/api/v1/webhooks/endpoints",
            "{\"url\":\"%s\",\"event_types\":[\"%s\"]}".formatted(url, TYPE));
    Matcher id = ID.matcher(response.body());
    if (response.statusCode() != 201 || !id.find()) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return id.group(1);
  }

  /** The time from the commit of a fact to its receipt, with and without a dead endpoint. */
  private void measureDeadEndpoint() throws Exception {
    try (WebhookReceiver receiver = WebhookReceiver.answering();
        WebhookReceiver dead = WebhookReceiver.dead();
        Service service = start(LEASE, receiver, dead)) {
      for (int n = 1; n < MANY; n++) {
        String unused = endpoint(service, "http://" + receiver.authority() + "/" + n);
      }
      String deadEndpoint = endpoint(service, "http://" + dead.authority() + "/");
      post(service, deadEndpoint, "pause");
      Measurement warmUp = round(receiver, MANY - 1);
      List<Double> without = new ArrayList<>();
      List<Double> with = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int n = 0; n < ROUNDS; n++) {
        without.add(round(receiver, MANY - 1).percentile(0.99));
        post(service, deadEndpoint, "resume");
        with.add(round(receiver, MANY - 1).percentile(0.99));
        post(service, deadEndpoint, "pause");
        ratios.add(with.getLast() / without.getLast());
      }
      print(
          String.format(
              Locale.ROOT,
              "one dead endpoint among %d, %d requests to it: p99 of the others %.0f ms, without it %.0f"
                  + " ms, ratio %.3f; warm-up %.0f ms",
              MANY,
              dead.requests(),
              median(with),
              median(without),
              median(ratios),
              warmUp.percentile(0.99)));
      results.add(
          "p99 beside a dead endpoint",
          "ms",
          median(with),
          "without it",
          median(without),
          median(ratios),
          "at most 1.05");
    }
    execute("DELETE FROM control_plane.webhook_endpoints");
  }

  private static void post(Service service, String endpoint, String action) throws Exception {
    HttpResponse<String> response =
        service.send("POST", "/api/v1/webhooks/endpoints/" + endpoint + "/" + action, "");
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
  }

  private Measurement round(WebhookReceiver receiver, int endpoints) throws Exception {
    Map<String, Long> recorded = new ConcurrentHashMap<>();
    ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    receiver.onAccepted(
        (at, body) -> {
          Matcher fact = FACT.matcher(body);
          Long start = fact.find() ? recorded.get(fact.group(1)) : null;
          if (start != null) {
            nanos.add(at - start);
          }
        });
    long begin = System.nanoTime();
    try (Connection connection = stack.postgres().connect("tenantry_control")) {
      for (int n = 0; n < FACTS_A_ROUND; n++) {
        String fact = UUID.randomUUID().toString();
        recorded.put(fact, System.nanoTime());
        record(connection, fact);
        Thread.sleep(BETWEEN_FACTS);
      }
    }
    awaitSize(nanos, FACTS_A_ROUND * endpoints);
    return new Measurement(List.copyOf(nanos), Duration.ofNanos(System.nanoTime() - begin));
  }

  private static void awaitSize(ConcurrentLinkedQueue<Long> nanos, int size) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (nanos.size() < size) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("only %d of %d arrived".formatted(nanos.size(), size));
      }
      Thread.sleep(100);
    }
  }

  private static void record(Connection connection, String fact) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO control_plane.webhook_events (event_id, type, data, occurred_at)
            VALUES (gen_random_uuid(), ?, format('{"campaign_id":"%s"}', ?), now())
            """)) {
      insert.setString(1, TYPE);
      insert.setString(2, fact);
      insert.executeUpdate();
    }
  }

  private void killDuringDeliveries(int deliveries) throws Exception {
    try (WebhookReceiver receiver = WebhookReceiver.answering()) {
      double raw = rawRate(receiver);
      receiver.accepted().clear();
      receiver.fail(FAILING);
      Service service = start(SHORT_LEASE, receiver);
      try {
        for (int n = 0; n < ENDPOINTS; n++) {
          String unused = endpoint(service, "http://" + receiver.authority() + "/" + n);
        }
        long begin = System.nanoTime();
        recordFacts(deliveries / ENDPOINTS);
        int kills = 0;
        long busy = System.nanoTime();
        while (count("attempts > 0") < deliveries) {
          if (System.nanoTime() - busy > BETWEEN_KILLS.toNanos()) {
            service.kill();
            kills++;
            service = start(SHORT_LEASE, receiver);
            busy = System.nanoTime();
          }
          Thread.sleep(500);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long repeats = finish(receiver, deliveries);
        print(
            String.format(
                Locale.ROOT,
                "%d deliveries, one request in five fails, %d kills: %.0f s until each was attempted,"
                    + " %.0f requests/s; lost %d, accepted more than once %d (with the same id),"
                    + " further ids %d",
                deliveries,
                kills,
                seconds,
                receiver.requests() / seconds,
                deliveries - count("status = 'delivered'"),
                repeats,
                receiver.accepted().size() - deliveries));
        results.add(
            "deliveries with kills",
            "/s",
            deliveries / seconds,
            "a plain client without a record",
            raw,
            deliveries / seconds / raw,
            "");
      } finally {
        service.close();
      }
    }
  }

  /** Makes what waits for minutes due, until all is delivered; returns how many were repeated. */
  private long finish(WebhookReceiver receiver, int deliveries) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (count("status = 'delivered'") < deliveries && System.nanoTime() < end) {
      execute(
          "UPDATE control_plane.webhook_deliveries SET due_at = now() WHERE status = 'pending' AND"
              + " due_at > now() + interval '10 seconds'");
      execute("UPDATE control_plane.webhook_queues SET next_at = now() WHERE next_at IS NOT NULL");
      Thread.sleep(2000);
    }
    return receiver.accepted().values().stream()
        .mapToLong(AtomicLong::get)
        .filter(n -> n > 1)
        .count();
  }

  private void recordFacts(int number) throws SQLException {
    execute(
        """
        INSERT INTO control_plane.webhook_events (event_id, type, data, occurred_at)
        SELECT gen_random_uuid(), '%s', format('{"campaign_id":"%%s"}', gen_random_uuid()), now()
        FROM generate_series(1, %d)
        """
            .formatted(TYPE, number));
  }

  /** How many messages a plain client posts to the receiver a second. */
  private static double rawRate(WebhookReceiver receiver) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + receiver.authority() + "/raw"))
              .header("webhook-id", "raw")
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      Measurement measured =
          Load.run(
              RAW_POSTS,
              RAW_CONNECTIONS,
              worker -> {
                var unused = client.send(request, HttpResponse.BodyHandlers.discarding());
              });
      return measured.rate();
    }
  }

  private int count(String condition) throws SQLException {
    try (Connection connection = stack.postgres().connect("tenantry_control");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM control_plane.webhook_deliveries WHERE " + condition)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = stack.postgres().connect("tenantry_control");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
