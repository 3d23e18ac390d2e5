package io.tenantry.localstack;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A container with one port, which is published on a fixed port of the host. */
final class ServerContainer extends GenericContainer<ServerContainer> {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final int STOP_TIMEOUT_SECONDS = 30;

  private final String name;
  private final Path log;

  /**
   * Creates the container.
   *
   * @param name the name for messages
   * @param log the file to which {@link #copyLog()} copies its log
   */
  ServerContainer(String name, String image, int hostPort, int containerPort, Path log) {
    super(DockerImageName.parse(image));
    this.name = name;
    this.log = log;
    addFixedExposedPort(hostPort, containerPort);
    waitingFor(new AwaitedByCaller());
  }

  /** The caller waits for readiness, on the first start and on restarts. */
  private static final class AwaitedByCaller extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }

  /** Waits for the condition, as {@link ServerReadiness#await}. */
  void awaitReady(BooleanSupplier ready) {
    ServerReadiness.await(new RunningContainer(this), START_TIMEOUT, ready);
  }

  /** Stops its process; the container and its data remain. */
  void pause() {
    try {
      getDockerClient().stopContainerCmd(getContainerId()).withTimeout(STOP_TIMEOUT_SECONDS).exec();
    } catch (NotModifiedException e) {
      // The container is stopped already.
      return;
    }
  }

  /** Starts its process again. */
  void resume() {
    try {
      getDockerClient().startContainerCmd(getContainerId()).exec();
    } catch (NotModifiedException e) {
      // The container is running already.
      return;
    } catch (DockerException e) {
      throw new LocalStackException(name + " could not be started again: " + e.getMessage(), e);
    }
  }

  Path copyLog() {
    try {
      return Files.writeString(log, getLogs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A container, for {@link ServerReadiness}. */
  private record RunningContainer(ServerContainer container) implements ServerReadiness.Server {
    @Override
    public String name() {
      return container.name;
    }

    @Override
    public boolean isAlive() {
      return container.isRunning();
    }

    @Override
    public void kill() {
      container.stop();
    }

    @Override
    public List<String> lastLogLines(int count) {
      List<String> lines = container.getLogs().lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }
  }
}
