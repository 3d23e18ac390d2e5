package io.tenantry.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** AOT caches of the services (JEP 514), which halve the time of their many starts in tests. */
final class AotCache {

  /** Tests of shipped files have no other logging library. */
  private static final System.Logger LOG = System.getLogger(AotCache.class.getName());

  /** Jars whose training failed; they start without a cache. */
  private static final Set<Path> WITHOUT = new HashSet<>();

  private AotCache() {}

  /**
   * The JVM options for a service.
   *
   * @param jar its absolute path, which the cache depends on
   * @param training starts and stops the service with an additional JVM option; called once per
   *     build
   */
  static synchronized List<String> of(Path jar, BiConsumer<Path, String> training) {
    Path cache = jar.resolveSibling("tests.aot");
    if (!isCurrent(cache, jar) && !WITHOUT.contains(jar)) {
      train(jar, cache, training);
    }
    return WITHOUT.contains(jar) ? List.of() : List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off");
  }

  private static boolean isCurrent(Path cache, Path jar) {
    try {
      return Files.exists(cache)
          && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void train(Path jar, Path cache, BiConsumer<Path, String> training) {
    try {
      // Tests of several modules may train at the same time, so the cache is moved into place
      // atomically.
      Path made = cache.resolveSibling("tests-%d.aot".formatted(ProcessHandle.current().pid()));
      training.accept(jar, "-XX:AOTCacheOutput=" + made);
      if (Files.exists(made)) {
        Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "no AOT cache could be made; the service starts without one jar=" + jar,
          e);
    }
    if (!isCurrent(cache, jar)) {
      WITHOUT.add(jar);
    }
  }
}
