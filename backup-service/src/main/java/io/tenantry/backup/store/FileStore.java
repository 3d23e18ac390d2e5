package io.tenantry.backup.store;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A folder. An object is written aside, flushed to the disk and renamed, so that a file under its
 * name is whole; and the folder is flushed too, so that the name outlives a crash of the machine.
 */
final class FileStore implements BackupStore {

  private static final Logger LOG = Logger.getLogger(FileStore.class);
  private static final String UNFINISHED = ".unfinished";

  private final String name;
  private final Path root;

  FileStore(String name, Path root) {
    this.name = name;
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Upload begin(String key) {
    Path target = path(key);
    Path aside = root.resolve(UNFINISHED).resolve(UUID.randomUUID().toString());
    try {
      Files.createDirectories(aside.getParent());
      return new FileUpload(
          aside,
          target,
          FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public InputStream open(String key) {
    try {
      return Files.newInputStream(path(key));
    } catch (NoSuchFileException e) {
      throw missing(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public long size(String key) {
    try {
      return Files.size(path(key));
    } catch (NoSuchFileException e) {
      throw missing(e);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void delete(String key) {
    Path file = path(key);
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    } catch (DirectoryNotEmptyException e) {
      LOG.tracef("the folder of %s holds others", key);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void list(Consumer<Listed> each) {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(root.resolve(UNFINISHED)))
          .forEach(file -> each.accept(listed(file)));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw unavailable(e);
    }
  }

  private Listed listed(Path file) {
    try {
      return new Listed(
          root.relativize(file).toString(),
          Files.size(file),
          Files.getLastModifiedTime(file).toInstant());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public int removeUnfinished(Instant before) {
    Path folder = root.resolve(UNFINISHED);
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> old = files.filter(file -> listed(file).modifiedAt().isBefore(before)).toList();
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
      return old.size();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** Keys are made by Tenantry, but also read from a database: none may lead out of the folder. */
  private Path path(String key) {
    Path path = root.resolve(key).normalize();
    if (!path.startsWith(root) || path.equals(root)) {
      throw new IllegalArgumentException("not a key of this store: " + key);
    }
    return path;
  }

  private static TenantryException missing(IOException cause) {
    return new TenantryException(
        ErrorCode.BACKUP_DAMAGED, "The store has no file of this backup any more.", cause);
  }

  private static TenantryException unavailable(Exception cause) {
    return new TenantryException(
        ErrorCode.STORE_UNAVAILABLE, "The backup store cannot be used: is it full?", cause);
  }

  private static final class FileUpload extends Upload {

    private final Path aside;
    private final Path target;
    private final FileChannel channel;
    private final OutputStream out;
    private boolean committed;

    FileUpload(Path aside, Path target, FileChannel channel) {
      this.aside = aside;
      this.target = target;
      this.channel = channel;
      this.out = Channels.newOutputStream(channel);
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw unavailable(e);
      }
    }

    @Override
    public void commit() {
      try {
        channel.force(true);
        channel.close();
        Files.createDirectories(target.getParent());
        Files.move(
            aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        flush(target.getParent());
        // Which names the folder that the first backup of a tenant made.
        flush(target.getParent().getParent());
        committed = true;
      } catch (IOException e) {
        throw unavailable(e);
      }
    }

    private static void flush(Path folder) throws IOException {
      try (FileChannel names = FileChannel.open(folder)) {
        names.force(true);
      }
    }

    @Override
    public void close() {
      if (committed) {
        return;
      }
      try {
        channel.close();
        Files.deleteIfExists(aside);
      } catch (IOException e) {
        LOG.warnf("%s is left over and removed later: %s", aside, e.getMessage());
      }
    }
  }
}
