package io.tenantry.containers;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A container as configured in a Compose file; its host port stays the same after a restart. */
final class ComposedContainer extends GenericContainer<ComposedContainer> {

  private static final int STORY_LINES = 60;
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 30_000;
  private static final Set<Integer> USED_PORTS = ConcurrentHashMap.newKeySet();

  private final String volumes;
  private final int hostPort;
  private final List<String> namedVolumes = new ArrayList<>();

  /**
   * @param port the port it listens on; empty if tests do not connect to it
   * @param volumes the prefix of the names of its volumes
   */
  ComposedContainer(
      String name, ComposeFile.Service service, OptionalInt port, Network network, String volumes) {
    super(DockerImageName.parse(service.image()));
    this.volumes = volumes;
    this.hostPort = freePort();
    port.ifPresent(inside -> addFixedExposedPort(hostPort, inside));
    withNetwork(network);
    withNetworkAliases(name);
    withEnv(service.environment());
    if (!service.command().isEmpty()) {
      withCommand(service.command().toArray(String[]::new));
    }
    if (!service.temporary().isEmpty()) {
      withTmpFs(service.temporary());
    }
    withCreateContainerCmdModifier(command -> configure(command, service));
    for (ComposeFile.Mount mount : service.mounts()) {
      switch (mount) {
        case ComposeFile.Mount.Files files ->
            withCopyFileToContainer(MountableFile.forHostPath(files.source()), files.target());
        case ComposeFile.Mount.Named named -> namedVolumes.add(volumes + named.name());
      }
    }
    // The caller waits until it is ready, in the same way at each start.
    waitingFor(
        new AbstractWaitStrategy() {
          @Override
          protected void waitUntilReady() {}
        });
  }

  /**
   * A free port that no other container of this run has. It is below the ports that the system
   * assigns to outgoing connections, which could take it before the container starts.
   */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (!USED_PORTS.add(port)) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Another program uses it: try another port.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void configure(CreateContainerCmd command, ComposeFile.Service service) {
    HostConfig host = command.getHostConfig();
    service.user().ifPresent(command::withUser);
    host.withReadonlyRootfs(service.readOnly());
    host.withCapDrop(
        service.droppedCapabilities().stream().map(Capability::valueOf).toArray(Capability[]::new));
    host.withSecurityOpts(service.securityOptions());
    service.memory().ifPresent(size -> host.withMemory(megabytes(size) << 20));
    List<Bind> binds = new ArrayList<>();
    for (ComposeFile.Mount mount : service.mounts()) {
      if (mount instanceof ComposeFile.Mount.Named named) {
        binds.add(new Bind(volumes + named.name(), new Volume(named.target())));
      }
    }
    host.withBinds(binds);
    service
        .healthCheck()
        .ifPresent(
            check ->
                command.withHealthcheck(
                    new HealthCheck()
                        .withTest(check.test())
                        .withInterval(check.interval().toNanos())
                        .withTimeout(check.timeout().toNanos())
                        .withRetries(check.retries())));
  }

  private static long megabytes(String size) {
    if (!size.toLowerCase(Locale.ROOT).endsWith("m")) {
      throw new IllegalArgumentException("not in megabytes: " + size);
    }
    return Long.parseLong(size.substring(0, size.length() - 1));
  }

  int hostPort() {
    return hostPort;
  }

  boolean reportsHealthy() {
    return "healthy".equals(inspect().getState().getHealth().getStatus());
  }

  InspectContainerResponse inspect() {
    return getDockerClient().inspectContainerCmd(getContainerId()).exec();
  }

  /** The container's state and the end of its log, to explain a failed test. */
  String story() {
    List<String> lines = getLogs().lines().toList();
    return inspect().getState()
        + "\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - STORY_LINES), lines.size()));
  }

  /** Kills the container, and starts it again with the same data. */
  void killAndRestart() {
    getDockerClient().killContainerCmd(getContainerId()).withSignal("KILL").exec();
    getDockerClient().startContainerCmd(getContainerId()).exec();
  }

  /**
   * Stops it by SIGTERM, and by SIGKILL after a timeout, as an orchestrator does.
   *
   * @return the exit status: 137 if it was killed
   */
  long terminate(int seconds) {
    getDockerClient().stopContainerCmd(getContainerId()).withTimeout(seconds).exec();
    return inspect().getState().getExitCodeLong();
  }

  /** Starts a stopped container. */
  void restart() {
    getDockerClient().startContainerCmd(getContainerId()).exec();
  }

  void removeWithVolumes() {
    stop();
    namedVolumes.forEach(volume -> dockerClient.removeVolumeCmd(volume).exec());
  }
}
