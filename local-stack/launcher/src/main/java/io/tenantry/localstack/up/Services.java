package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Starts and stops the services together. */
final class Services {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private final Directories directories;
  private final ServiceProgram.Kind kind;
  private final Progress progress;
  private final Map<ServiceName, Service> running = new EnumMap<>(ServiceName.class);
  private boolean stopped;

  Services(Directories directories, ServiceProgram.Kind kind, Progress progress) {
    this.directories = directories;
    this.kind = kind;
    this.progress = progress;
  }

  /**
   * Starts services and waits until all are ready.
   *
   * @param environments the services and their environment variables
   * @throws LocalStackException if one does not start or exits, with the last lines of its log
   */
  void start(Ports ports, Map<ServiceName, Map<String, String>> environments, HttpClient client) {
    progress.showStarting("the services");
    environments.forEach((name, environment) -> start(name, ports.of(name).port(), environment));
    forAll(
        service -> {
          service.awaitReady(client);
          progress.printDone(service.name(), service.url().toString(), service.age());
        });
  }

  private synchronized void start(ServiceName name, int port, Map<String, String> environment) {
    if (stopped) {
      throw new LocalStackException("stopped before all services were started");
    }
    ServiceProgram program = ServiceProgram.find(kind, directories.programs(name));
    running.put(name, Service.start(name.module(), program, port, directories, environment));
  }

  /**
   * Runs an action for all services in parallel. The first failure is thrown immediately, without
   * waiting for the others.
   */
  private void forAll(Consumer<Service> action) {
    List<CompletableFuture<Void>> actions =
        all().stream()
            .map(service -> CompletableFuture.runAsync(() -> action.accept(service), THREADS))
            .toList();
    CompletableFuture<Void> failure = new CompletableFuture<>();
    for (CompletableFuture<Void> each : actions) {
      CompletableFuture<Void> unused = each.exceptionally(e -> fail(failure, e));
    }
    CompletableFuture<Void> success =
        CompletableFuture.allOf(actions.toArray(CompletableFuture<?>[]::new));
    try {
      CompletableFuture.anyOf(success, failure).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof LocalStackException problem) {
        throw problem;
      }
      throw e;
    }
  }

  private static Void fail(CompletableFuture<Void> failure, Throwable problem) {
    failure.completeExceptionally(problem);
    return null;
  }

  private synchronized List<Service> all() {
    return new ArrayList<>(running.values());
  }

  synchronized URI url(ServiceName name) {
    return Optional.ofNullable(running.get(name)).orElseThrow().url();
  }

  /** Waits until one of the services exits, and describes it. */
  String awaitFirstFailure() {
    CompletableFuture<?>[] exits =
        all().stream()
            .map(
                each ->
                    each.onExit().thenApply(status -> each.failure("exited with status " + status)))
            .toArray(CompletableFuture<?>[]::new);
    return (String) CompletableFuture.anyOf(exits).join();
  }

  /** Drains and stops all services; none can be started afterwards. */
  void stop() {
    synchronized (this) {
      stopped = true;
    }
    if (!all().isEmpty()) {
      progress.showStarting("stopping the services");
      forAll(Service::stop);
    }
  }
}
