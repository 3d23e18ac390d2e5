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

/** A container with one port, always published as the same port of the host. */
final class ServerContainer extends GenericContainer<ServerContainer> {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int STOP_LIMIT_SECONDS = 30;

  private final String name;
  private final Path log;

  /**
   * @param name for messages
   * @param log where {@link #copyLog()} copies its log
   */
  ServerContainer(String name, String image, int hostPort, int containerPort, Path log) {
    super(DockerImageName.parse(image));
    this.name = name;
    this.log = log;
    addFixedExposedPort(hostPort, containerPort);
    waitingFor(new AwaitedByCaller());
  }

  /** Readiness is judged from outside, at the first start as at every later one. */
  private static final class AwaitedByCaller extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }

  /** Returns when the condition holds, as {@link Waiting#until}. */
  void awaitReady(BooleanSupplier ready) {
    Waiting.until(new Running(this), START_LIMIT, ready);
  }

  /** Ends its process; the container stays, with its data. */
  void pause() {
    try {
      getDockerClient().stopContainerCmd(getContainerId()).withTimeout(STOP_LIMIT_SECONDS).exec();
    } catch (NotModifiedException e) {
      // It is stopped already.
      return;
    }
  }

  /** Starts its process again. */
  void resume() {
    try {
      getDockerClient().startContainerCmd(getContainerId()).exec();
    } catch (NotModifiedException e) {
      // It is running already.
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

  /** A container as {@link Waiting} sees it. */
  private record Running(ServerContainer container) implements Waiting.Subject {
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
