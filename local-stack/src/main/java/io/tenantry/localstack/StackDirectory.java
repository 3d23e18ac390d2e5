package io.tenantry.localstack;

import io.tenantry.localstack.LocalStackOptions.Persistent;
import io.tenantry.localstack.LocalStackOptions.Storage;
import io.tenantry.localstack.LocalStackOptions.Temporary;
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
 * The directory of a running stack. It is protected by a file lock, which is released when this JVM
 * exits. Its file {@code owner} contains the JVM's process id.
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
   * Opens the directory. If it is temporary, directories of killed JVMs in the same parent are
   * deleted first.
   *
   * @throws LocalStackException if another stack uses the directory
   */
  static StackDirectory open(Storage storage) {
    try {
      return switch (storage) {
        case Persistent(Path directory) -> lock(Directories.createPrivate(directory), storage);
        case Temporary(Path parent) -> {
          Files.createDirectories(parent);
          removeStale(parent);
          yield lock(Files.createTempDirectory(parent, PREFIX), storage);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StackDirectory lock(Path directory, Storage storage) throws IOException {
    FileLock lock =
        tryLock(directory)
            .orElseThrow(
                () ->
                    new LocalStackException(
                        "another stack is running in " + directory + "; stop it first"));
    SupervisedProcess.stopLeftovers(directory);
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
      // This JVM has the lock. Closing the channel would release it (POSIX), so leave it open.
      return Optional.empty();
    }
    channel.close();
    return Optional.empty();
  }

  private static void removeStale(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      // Skip this JVM's own directories: they are in use, and opening their locks would release
      // them.
      List<Path> others =
          entries
              .filter(entry -> entry.getFileName().toString().startsWith("stack-"))
              .filter(entry -> !entry.getFileName().toString().startsWith(PREFIX))
              // Without this file, another JVM may be about to lock the directory it just created.
              .filter(entry -> Files.exists(entry.resolve(OWNER)))
              .toList();
      for (Path other : others) {
        Optional<FileLock> lock = tryLock(other);
        if (lock.isPresent()) {
          SupervisedProcess.stopLeftovers(other);
          Directories.discard(other);
          lock.get().channel().close();
        }
      }
    }
  }

  Path path() {
    return path;
  }

  /** Releases the directory, and deletes it if it is temporary. */
  @Override
  public void close() {
    if (storage instanceof Temporary) {
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
