package io.tenantry.chaos;

import io.tenantry.testing.TcpRelay;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/** All faults that an installation can be given. */
final class Faults {

  private static final int CHUNK = 1 << 20;

  private final Installation installation;
  private final ChaosOptions options;

  Faults(Installation installation, ChaosOptions options) {
    this.installation = installation;
    this.options = options;
  }

  /** All of them, in a fixed order, so that a seed chooses the same ones again. */
  List<Fault> all() {
    List<Fault> faults = new ArrayList<>();
    for (String service : Installation.SERVICES) {
      faults.add(new Fault("kill-" + service, random -> kill(one(service, random), random)));
      faults.add(
          new Fault("restart-" + service, random -> restart(installation.replicas(service))));
      faults.add(new Fault("suspend-" + service, random -> suspend(one(service, random), random)));
      faults.add(new Fault("cut-" + service, random -> cut(relayOf(one(service, random)), random)));
      faults.add(new Fault("silence-" + service, random -> silence(relayOf(one(service, random)))));
      faults.add(
          new Fault("delay-" + service, random -> delay(relayOf(one(service, random)), random)));
      faults.add(
          new Fault(
              "throttle-" + service, random -> throttle(relayOf(one(service, random)), random)));
    }
    faults.add(new Fault("cut-cluster", random -> cut(installation.cluster(), random)));
    faults.add(new Fault("silence-cluster", random -> silence(installation.cluster())));
    faults.add(new Fault("delay-cluster", random -> delay(installation.cluster(), random)));
    faults.add(new Fault("throttle-cluster", random -> throttle(installation.cluster(), random)));
    addServers(faults, "postgres", random -> installation.postgres());
    addServers(faults, "kafka", this::broker);
    installation
        .disk()
        .ifPresent(disk -> faults.add(new Fault("fill-disk", random -> fill(disk, random))));
    if (options.servers() == ChaosOptions.Servers.REPLICATED) {
      faults.add(new Fault("failover-postgres", this::failOver));
    }
    return List.copyOf(faults);
  }

  private static void addServers(List<Fault> faults, String name, Function<Random, Server> server) {
    faults.add(new Fault("kill-" + name, random -> kill(server.apply(random), random)));
    faults.add(new Fault("restart-" + name, random -> restart(server.apply(random))));
    faults.add(new Fault("suspend-" + name, random -> suspend(server.apply(random), random)));
  }

  private Server broker(Random random) {
    List<Server> brokers = installation.brokers();
    return brokers.get(random.nextInt(brokers.size()));
  }

  /** The names of all faults, for messages. */
  static Stream<String> names(List<Fault> faults) {
    return faults.stream().map(Fault::name);
  }

  private Replica one(String service, Random random) {
    List<Replica> replicas = installation.replicas(service);
    return replicas.get(random.nextInt(replicas.size()));
  }

  private TcpRelay relayOf(Replica replica) {
    return installation.relay(replica);
  }

  private static void kill(Replica replica, Random random) throws InterruptedException {
    replica.kill();
    pause(random, 0, 3000);
    replica.start();
    replica.awaitReady(Duration.ofMinutes(2));
  }

  /** One replica after the other, as a rollout does. */
  private static void restart(List<Replica> replicas) throws InterruptedException {
    for (Replica replica : replicas) {
      replica.terminate();
      replica.start();
      replica.awaitReady(Duration.ofMinutes(2));
    }
  }

  private static void suspend(Replica replica, Random random)
      throws IOException, InterruptedException {
    replica.suspend();
    try {
      pause(random, 500, 20_000);
    } finally {
      replica.resume();
    }
  }

  private static void cut(TcpRelay relay, Random random) throws IOException, InterruptedException {
    relay.cut();
    try {
      pause(random, 0, 8000);
    } finally {
      relay.mend();
    }
  }

  /** The connections stay open and carry nothing, as behind a balancer that forgot them. */
  private static void silence(TcpRelay relay) {
    relay.fallSilent();
  }

  private static void delay(TcpRelay relay, Random random) throws InterruptedException {
    relay.delay(Duration.ofMillis(20 + random.nextInt(200)));
    try {
      pause(random, 1000, 8000);
    } finally {
      relay.delay(Duration.ZERO);
    }
  }

  private static void throttle(TcpRelay relay, Random random) throws InterruptedException {
    relay.throttle(20_000 + random.nextInt(100_000));
    try {
      pause(random, 1000, 8000);
    } finally {
      relay.throttle(0);
    }
  }

  private static void kill(Server server, Random random) throws IOException, InterruptedException {
    server.kill();
    pause(random, 0, 5000);
    server.start();
  }

  private static void restart(Server server) throws InterruptedException {
    server.stop();
    server.start();
  }

  private static void suspend(Server server, Random random)
      throws IOException, InterruptedException {
    server.suspend();
    try {
      pause(random, 500, 10_000);
    } finally {
      server.resume();
    }
  }

  /** The primary is lost with its data; the standby takes its address, and gets a standby. */
  private void failOver(Random random) throws IOException, SQLException, InterruptedException {
    installation.postgres().kill();
    pause(random, 0, 3000);
    installation.promoteStandby();
    installation.addStandby();
  }

  /** Nothing can be written for a while; servers that gave up are started again. */
  private void fill(Path disk, Random random) throws IOException, InterruptedException {
    Path filler = disk.resolve("filler");
    try (OutputStream file = Files.newOutputStream(filler)) {
      byte[] chunk = new byte[CHUNK];
      while (disk.toFile().getUsableSpace() > 0) {
        file.write(chunk);
      }
    } catch (IOException e) {
      // The disk is full, as it should be.
    }
    try {
      pause(random, 2000, 10_000);
    } finally {
      Files.delete(filler);
    }
    installation.postgres().start();
    for (Server broker : installation.brokers()) {
      broker.start();
    }
  }

  private static void pause(Random random, int shortest, int longest) throws InterruptedException {
    Thread.sleep(shortest + (long) random.nextInt(longest - shortest));
  }
}
