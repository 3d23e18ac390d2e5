package io.tenantry.backup.store;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A store in a folder. An object is written to a temporary file, flushed to the disk and renamed,
 * so that a file under its name is complete; the folder is flushed, too, so that the name survives
 * a crash of the machine. The name of a temporary file starts with the id of the installation that
 * may remove it.
 */
final class FileStore implements ObjectStore {

  private static final Logger LOG = Logger.getLogger(FileStore.class);
  static final String UNFINISHED = ".unfinished";
  private static final int MAX_SMALL_OBJECT = 1 << 16;
  private static final int TENANT_ID_LENGTH = 36;

  private final Path root;

  FileStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public String location() {
    return "file:" + root;
  }

  @Override
  public Upload startUpload(String key, UUID installation) {
    Path target = path(key);
    Path temporary = root.resolve(UNFINISHED).resolve(prefix(installation) + UUID.randomUUID());
    try {
      Files.createDirectories(temporary.getParent());
      return new FileUpload(
          temporary,
          target,
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
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

  /** How the names of an installation's unfinished objects start. */
  static String prefix(UUID installation) {
    return installation + "_";
  }

  @Override
  public byte[] start(String key, int length) {
    try (InputStream in = open(key)) {
      return in.readNBytes(length);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public Optional<byte[]> find(String key) {
    try (InputStream in = Files.newInputStream(path(key))) {
      return Optional.of(in.readNBytes(MAX_SMALL_OBJECT));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void put(String key, byte[] content) {
    Path target = path(key);
    Path temporary = target.resolveSibling(key + "." + UUID.randomUUID());
    try {
      Files.createDirectories(root);
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        Channels.newOutputStream(channel).write(content);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      flushNames(root);
    } catch (IOException e) {
      throw unavailable(e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warnf("temporary file not deleted file=%s: %s", file, e.getMessage());
    }
  }

  @Override
  public void delete(String key) {
    Path file = path(key);
    try {
      Files.deleteIfExists(file);
      Path folder = file.resolveSibling("");
      if (!folder.equals(root)) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException e) {
      LOG.tracef("folder not deleted; it has other files key=%s", key);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void list(Consumer<BackupStore.Listed> each) {
    if (!Files.isDirectory(root)) {
      return;
    }
    try {
      // A walk does not follow links, and the folder itself may be one.
      Path folder = root.toRealPath();
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                each.accept(
                    new BackupStore.Listed(
                        folder.relativize(file).toString(),
                        attributes.size(),
                        attributes.lastModifiedTime().toInstant()));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              // Deleted meanwhile, or a folder that is not a tenant's, such as lost+found.
              boolean foreign =
                  e instanceof AccessDeniedException
                      && !file.equals(folder)
                      && file.getFileName().toString().length() != TENANT_ID_LENGTH;
              if (e instanceof NoSuchFileException || foreign) {
                LOG.debugf("file skipped file=%s: %s", file, e.getMessage());
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public int removeUnfinished(UUID installation, Instant before) {
    Path folder = root.resolve(UNFINISHED);
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    int removed = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, prefix(installation) + "*")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
          removed++;
        }
      }
      return removed;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** Keys are also read from the database, so none may lead out of the folder. */
  private Path path(String key) {
    Path path = root.resolve(key).normalize();
    if (!path.startsWith(root) || path.equals(root)) {
      throw new IllegalArgumentException("not a key of this store: " + key);
    }
    return path;
  }

  private static void flushNames(Path folder) throws IOException {
    try (FileChannel names = FileChannel.open(folder)) {
      names.force(true);
    }
  }

  private static TenantryException missing(IOException cause) {
    return new TenantryException(
        ErrorCode.BACKUP_DAMAGED, "The backup's file is missing from the store.", cause);
  }

  private static TenantryException unavailable(Exception cause) {
    return new TenantryException(
        ErrorCode.STORE_UNAVAILABLE,
        "The backup store could not be read or written; check its space and permissions.",
        cause);
  }

  private static final class FileUpload extends Upload {

    private final Path temporary;
    private final Path target;
    private final FileChannel channel;
    private final OutputStream out;
    private boolean committed;

    FileUpload(Path temporary, Path target, FileChannel channel) {
      this.temporary = temporary;
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
        Path folder = target.resolveSibling("");
        Files.createDirectories(folder);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        flushNames(folder);
        // It has the name of the tenant's folder, which the tenant's first backup creates.
        flushNames(folder.resolveSibling(""));
        committed = true;
      } catch (IOException e) {
        throw unavailable(e);
      }
    }

    @Override
    public void close() {
      if (committed) {
        return;
      }
      try {
        channel.close();
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        LOG.warnf(
            "unfinished upload not deleted; retention removes it file=%s: %s",
            temporary, e.getMessage());
      }
    }
  }
}
