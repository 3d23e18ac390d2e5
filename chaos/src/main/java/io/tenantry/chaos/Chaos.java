package io.tenantry.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs clients and faults against an installation for some minutes, then compares. Prints each
 * fault and the result, and exits with 1 if anything is not as promised.
 */
final class Chaos {

  /** A replica must be ready so long after the last fault. */
  private static final Duration READY_LIMIT = Duration.ofSeconds(30);

  private static final Duration CLIENTS_LIMIT = Duration.ofMinutes(10);
  private static final int CLIENTS_OF_EACH_KIND = 3;

  private final ChaosOptions options;
  private final Ledger ledger = new Ledger();
  private final long begin = System.nanoTime();

  private Chaos(ChaosOptions options) {
    this.options = options;
  }

  /** Runs the command line of {@link ChaosOptions#of}. */
  public static void main(String[] arguments) throws Exception {
    ChaosOptions options;
    try {
      options = ChaosOptions.of(arguments);
    } catch (IllegalArgumentException e) {
      refuse(e);
      return;
    }
    try {
      System.exit(run(options).isEmpty() ? 0 : 1);
    } catch (UnknownFault e) {
      refuse(e);
    }
  }

  private static void refuse(IllegalArgumentException usage) {
    System.err.println("error: " + usage.getMessage());
    System.exit(2);
  }

  private static final class UnknownFault extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnknownFault(String name, List<String> known) {
      super("there is no fault %s; there are: %s".formatted(name, String.join(", ", known)));
    }
  }

  /** Runs it and returns what is not as promised. */
  static List<String> run(ChaosOptions options)
      throws IOException, SQLException, InterruptedException {
    Chaos chaos = new Chaos(options);
    chaos.say(
        "seed %d, %d s, %d replicas of each service"
            .formatted(options.seed(), options.duration().toSeconds(), options.replicas()));
    try (Receiver receiver = new Receiver(chaos.ledger);
        Installation installation = Installation.start(options, receiver.authority())) {
      chaos.say("everything is ready");
      chaos.runOn(installation, receiver);
    }
    chaos.report();
    return chaos.ledger.violations();
  }

  private void runOn(Installation installation, Receiver receiver)
      throws IOException, SQLException, InterruptedException {
    List<Fault> faults = chosen(new Faults(installation, options).all());
    subscribe(installation, receiver);
    CampaignClient campaigns =
        new CampaignClient("fleet", api(installation, 1), ledger, new Random(options.seed()));
    try (CommandClient commands =
            new CommandClient(
                "command", installation, api(installation, 3), ledger, new Random(options.seed()));
        Threads threads = new Threads()) {
      List<Client> clients = clients(installation, campaigns, commands);
      clients.forEach(threads.executor()::execute);
      try {
        breakThings(faults);
      } finally {
        clients.forEach(Client::end);
      }
      awaitReady(installation);
      if (!threads.end(CLIENTS_LIMIT)) {
        ledger.violation("a client's last request did not end");
      }
    }
    say("comparing");
    new Oracle(installation, api(installation, 2), ledger, receiver).check(campaigns);
  }

  /** Virtual threads, which are interrupted when a run fails. */
  private record Threads(ExecutorService executor) implements AutoCloseable {

    Threads() {
      this(Executors.newVirtualThreadPerTaskExecutor());
    }

    /** Waits for them; returns false if they have not ended within the limit. */
    boolean end(Duration limit) throws InterruptedException {
      executor.shutdown();
      return executor.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      executor.shutdownNow();
      executor.close();
    }
  }

  private Api api(Installation installation, long number) {
    return new Api(installation, new Random(options.seed() + number));
  }

  private List<Client> clients(
      Installation installation, CampaignClient campaigns, CommandClient commands) {
    List<Client> clients = new ArrayList<>(List.of(campaigns, commands));
    for (int n = 1; n <= CLIENTS_OF_EACH_KIND; n++) {
      Random random = new Random(options.seed() * 31 + n);
      clients.add(new LifecycleClient("life" + n, api(installation, 10 + n), ledger, random));
      clients.add(
          new EventClient(
              "events" + n, api(installation, 20 + n), ledger, random, options.betweenBatches()));
    }
    clients.add(
        new RestoreClient(
            "restore", installation, api(installation, 30), ledger, new Random(options.seed())));
    return clients;
  }

  private List<Fault> chosen(List<Fault> all) {
    List<String> names = Faults.names(all).toList();
    for (String name : options.only()) {
      if (!names.contains(name)) {
        throw new UnknownFault(name, names);
      }
    }
    return all.stream()
        .filter(fault -> options.only().isEmpty() || options.only().contains(fault.name()))
        .toList();
  }

  private void subscribe(Installation installation, Receiver receiver) throws InterruptedException {
    try {
      Client.expect(
          api(installation, 0)
              .send(
                  "tenant-service",
                  "POST",
                  "/webhooks/endpoints",
                  Map.of(
                      "url",
                      "http://" + receiver.authority() + "/",
                      "event_types",
                      List.of("tenant.provisioned"))),
          201);
    } catch (Api.NoAnswer e) {
      throw new IllegalStateException("the webhook's endpoint was not created", e);
    }
  }

  /** Several faults happen at once, though not to the same target. */
  private void breakThings(List<Fault> faults) throws InterruptedException {
    long end = System.nanoTime() + options.duration().toNanos();
    Map<String, Lock> targets = new ConcurrentHashMap<>();
    try (Threads threads = new Threads()) {
      List<Callable<Boolean>> series = new ArrayList<>();
      for (int n = 0; n < options.overlap(); n++) {
        Random random = new Random(options.seed() + n);
        series.add(() -> breakInTurn(faults, targets, random, end));
      }
      for (Future<Boolean> done : threads.executor().invokeAll(series)) {
        try {
          done.get();
        } catch (ExecutionException e) {
          throw new IllegalStateException("a fault could not be made", e.getCause());
        }
      }
    }
  }

  private boolean breakInTurn(
      List<Fault> faults, Map<String, Lock> targets, Random random, long end)
      throws IOException, SQLException, InterruptedException {
    // Everything works for a moment before the first fault and between two of them.
    Thread.sleep(3000);
    while (System.nanoTime() < end) {
      Fault fault = faults.get(random.nextInt(faults.size()));
      Lock target = targets.computeIfAbsent(fault.target(), first -> new ReentrantLock());
      target.lockInterruptibly();
      try {
        say(fault.name());
        fault.action().happen(random);
      } finally {
        target.unlock();
      }
      ledger.count("faults", 1);
      ledger.count("fault " + fault.name(), 1);
      Thread.sleep(random.nextInt(4000));
    }
    return true;
  }

  private void awaitReady(Installation installation) throws InterruptedException {
    long start = System.nanoTime();
    for (Replica replica : installation.replicas()) {
      try {
        replica.awaitReady(READY_LIMIT.minusNanos(System.nanoTime() - start));
      } catch (IllegalStateException e) {
        ledger.violation(e.toString());
      }
    }
    say("all replicas are ready");
  }

  private void report() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + options.seed());
    ledger.counts().forEach((what, number) -> lines.add("%10d  %s".formatted(number, what)));
    List<String> violations = ledger.violations();
    lines.add(violations.isEmpty() ? "everything is as promised" : "NOT AS PROMISED:");
    lines.addAll(violations);
    lines.forEach(this::say);
    Path file = options.project().resolve("chaos/target/chaos-%d.txt".formatted(options.seed()));
    Files.write(file, lines);
  }

  private void say(String text) {
    System.out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, text);
  }
}
