package io.tenantry.benchmarks;

import static io.tenantry.benchmarks.Statistics.median;
import static io.tenantry.benchmarks.Statistics.ratio;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Compares how long senders wait for their answer while one tenant sends half of all events, with
 * the same without that tenant, and with as many events that all tenants send evenly. Each tenant
 * has a connection and sends at fixed times, whether its previous request was answered or not.
 */
final class SendersScale {

  private static final int ROUNDS = 3;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration MEASURE = Duration.ofSeconds(20);

  /** Events a second of each tenant. */
  private static final double RATE = 2;

  private static final int NOISY_CONNECTIONS = 32;

  private final Scale.Run run;
  private final int senders;

  /** The tenants' API keys; the first is the noisy tenant's. */
  private final List<String> keys;

  SendersScale(Scale.Run run, int senders) {
    this.run = run;
    this.senders = senders;
    this.keys =
        IntStream.rangeClosed(0, senders).mapToObj(n -> "nm_%d_%032x".formatted(n, n)).toList();
  }

  void measure() throws Exception {
    // Creates the schema of the registry.
    Service.start(run.project(), "tenant-service", run.stack()).close();
    addSenders();
    try (Service service =
        Service.start(
            run.project(),
            "ingestion-service",
            run.stack(),
            Map.of(
                "TENANTRY_EXTRACTION_ENABLED", "false",
                "TENANTRY_DEAD_LETTERS_ENABLED", "false",
                "ACCESS_LOG", "false",
                "JAVA_TOOL_OPTIONS", "-Xmx512m"))) {
      Measurement unused = load(service, WARM_UP, RATE * 2, 0);
      List<Measurement> quiet = new ArrayList<>();
      List<Measurement> noisy = new ArrayList<>();
      List<Measurement> even = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        quiet.add(load(service, MEASURE, RATE, 0));
        noisy.add(load(service, MEASURE, RATE, RATE * senders));
        even.add(load(service, MEASURE, RATE * 2, 0));
      }
      run.print(
          String.format(
              Locale.ROOT,
              "%d tenants, medians of %d rounds, maximum resident set size %s",
              senders,
              ROUNDS,
              service.largestResidentSize()));
      print("without the noisy tenant", quiet);
      print("one tenant sends half of all", noisy);
      print("as many events, sent evenly", even);
      add("others' p50", noisy, "without the noisy tenant", quiet, m -> m.percentile(0.5), "");
      add("others' p99", noisy, "without the noisy tenant", quiet, m -> m.percentile(0.99), "");
      add(
          "others' p99",
          noisy,
          "as many events, sent evenly",
          even,
          m -> m.percentile(0.99),
          "at most 1.25");
    }
  }

  private void addSenders() throws SQLException {
    new Queries(run.stack())
        .execute(
            """
            WITH added AS (
              INSERT INTO control_plane.tenants (tenant_id, name, environment, status, blueprint, blueprint_version, region)
              SELECT gen_random_uuid(), n::text, 'production', 'active', 'car', 'v1', 'us-east-1'
              FROM generate_series(0, %d) AS n
              RETURNING tenant_id, name
            )
            INSERT INTO control_plane.api_keys (key_id, tenant_id, name, prefix, key_hash, scopes)
            SELECT gen_random_uuid(), tenant_id, 'key', 'nm', sha256(('nm_' || name || '_' || lpad(to_hex(name::integer), 32, '0'))::bytea), '{write}'
            FROM added
            """
                .formatted(senders));
  }

  private void print(String what, List<Measurement> measured) {
    run.print(
        String.format(
            Locale.ROOT,
            "  %-30s the others: %6.0f events/s, p50 %6.1f ms, p99 %6.1f ms",
            what,
            figure(measured, Measurement::rate),
            figure(measured, m -> m.percentile(0.5)),
            figure(measured, m -> m.percentile(0.99))));
  }

  private void add(
      String what,
      List<Measurement> ours,
      String baseline,
      List<Measurement> theirs,
      ToDoubleFunction<Measurement> figure,
      String goal) {
    run.results()
        .add(
            "senders: " + what + " of " + senders,
            "ms",
            figure(ours, figure),
            baseline,
            figure(theirs, figure),
            ratio(
                ours.stream().mapToDouble(figure).boxed().toList(),
                theirs.stream().mapToDouble(figure).boxed().toList()),
            goal);
  }

  private static double figure(List<Measurement> measured, ToDoubleFunction<Measurement> figure) {
    return median(measured.stream().mapToDouble(figure).boxed().toList());
  }

  /**
   * Sends events of all tenants, and returns how long those of the ordinary ones took from the time
   * at which they were due.
   *
   * @param each events a second of each ordinary tenant
   * @param noisy events a second of the noisy tenant
   */
  private Measurement load(Service service, Duration time, double each, double noisy)
      throws Exception {
    List<EventPosts> connections = new ArrayList<>();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int n = 1; n <= senders; n++) {
        connections.add(new EventPosts(service.address(), keys.get(n), 1));
      }
      List<Future<List<Long>>> ordinary = new ArrayList<>();
      List<Future<List<Long>>> others = new ArrayList<>();
      long start = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      for (int n = 0; n < senders; n++) {
        EventPosts posts = connections.get(n);
        double offset = (double) n / senders;
        ordinary.add(workers.submit(() -> send(posts, start, time, each, offset)));
      }
      for (int n = 0; noisy > 0 && n < NOISY_CONNECTIONS; n++) {
        EventPosts posts = new EventPosts(service.address(), keys.getFirst(), 1);
        connections.add(posts);
        double offset = (double) n / NOISY_CONNECTIONS;
        others.add(
            workers.submit(() -> send(posts, start, time, noisy / NOISY_CONNECTIONS, offset)));
      }
      List<Long> nanos = new ArrayList<>();
      for (Future<List<Long>> one : ordinary) {
        nanos.addAll(one.get());
      }
      long elapsed = System.nanoTime() - start;
      for (Future<List<Long>> one : others) {
        List<Long> unused = one.get();
      }
      return new Measurement(nanos, Duration.ofNanos(elapsed));
    } finally {
      for (EventPosts posts : connections) {
        posts.close();
      }
    }
  }

  private static List<Long> send(
      EventPosts posts, long start, Duration time, double rate, double offset) throws Exception {
    List<Long> nanos = new ArrayList<>();
    long interval = (long) (1e9 / rate);
    for (long due = start + (long) (interval * offset);
        due - start < time.toNanos();
        due += interval) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      posts.post();
      nanos.add(System.nanoTime() - due);
    }
    return nanos;
  }
}
