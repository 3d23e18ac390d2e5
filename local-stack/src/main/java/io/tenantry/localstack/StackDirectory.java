package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Kept;
import io.tenantry.localstack.LocalStackOptions.Storage;
import io.tenantry.localstack.LocalStackOptions.ThrownAway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one running stack, held by a file lock that ends with this JVM. Its file {@code
 * owner} holds the JVM's process number meanwhile.
 */
final class StackDirectory implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String OWNER = "owner";
  private static final String PREFIX = "stack-" + ProcessHandle.current().pid() + "-";

  private final Path path;
  private final FileLock lock;
  private final Storage storage;

  private StackDirectory(Path path, FileLock lock, Storage storage) {
    this.path = path;
    this.lock = lock;
    this.storage = storage;
  }

  /**
   * Opens the folder, after removing those that killed JVMs left beside it when it is to be thrown
   * away.
   *
   * @throws LocalStackException when another stack uses the folder
   */
  static StackDirectory open(Storage storage) {
    try {
      return switch (storage) {
        case Kept(Path directory) -> hold(Directories.createPrivate(directory), storage);
        case ThrownAway(Path parent) -> {
          Files.createDirectories(parent);
          removeStale(parent);
          yield hold(Files.createTempDirectory(parent, PREFIX), storage);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StackDirectory hold(Path directory, Storage storage) throws IOException {
    FileLock lock =
        tryLock(directory)
            .orElseThrow(() -> new LocalStackException("another stack is running in " + directory));
    SupervisedProcess.endLeftovers(directory);
    Files.writeString(directory.resolve(OWNER), ProcessHandle.current().pid() + "\n");
    return new StackDirectory(directory.toAbsolutePath(), lock, storage);
  }

  private static Optional<FileLock> tryLock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(lock);
      }
    } catch (OverlappingFileLockException e) {
      // This JVM holds it. Closing the channel would release that lock, too (POSIX), so leave it
      // open.
      return Optional.empty();
    }
    channel.close();
    return Optional.empty();
  }

  private static void removeStale(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      // This JVM's own are in use, and looking at their locks would release them.
      List<Path> others =
          entries
              .filter(entry -> entry.getFileName().toString().startsWith("stack-"))
              .filter(entry -> !entry.getFileName().toString().startsWith(PREFIX))
              // Without it another JVM may just be about to lock what it has made.
              .filter(entry -> Files.exists(entry.resolve(OWNER)))
              .toList();
      for (Path other : others) {
        Optional<FileLock> lock = tryLock(other);
        if (lock.isPresent()) {
          SupervisedProcess.endLeftovers(other);
          Directories.discard(other);
          lock.get().channel().close();
        }
      }
    }
  }

  Path path() {
    return path;
  }

  /** Gives the folder up, and removes it when it is to be thrown away. */
  @Override
  public void close() {
    if (storage instanceof ThrownAway) {
      Directories.discard(path);
    }
    try {
      Files.deleteIfExists(path.resolve(OWNER));
      lock.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
