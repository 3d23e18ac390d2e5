package io.tenantry.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.UUID;

/** Operations on directories. */
final class Directories {
  private Directories() {}

  /** Creates a directory that only its owner can access. */
  static Path createPrivate(Path directory) {
    try {
      Files.createDirectories(directory);
      return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether the directory is owned by this JVM's user and only accessible to it. A missing
   * directory is created. A link to a directory is not accepted.
   */
  static boolean isPrivate(Path directory) {
    Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rwx------");
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(owners));
      return true;
    } catch (FileAlreadyExistsException e) {
      return isOwn(directory, owners);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOwn(Path directory, Set<PosixFilePermission> permissions) {
    try {
      PosixFileAttributes found =
          Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isDirectory()
          && found.owner().getName().equals(System.getProperty("user.name"))
          && found.permissions().equals(permissions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that only its owner can read; an existing file is replaced atomically. */
  static void writePrivate(Path file, String content) {
    try {
      Path next =
          Files.createTempFile(
              file.toAbsolutePath().getParent(),
              file.getFileName().toString(),
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a directory recursively; files that are already deleted are ignored. */
  static void delete(Path tree) {
    visit(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          // A server that is shutting down may delete its files in the meantime.
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            if (problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException problem)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Moves a directory aside immediately, and deletes it in a separate process that this JVM does
   * not wait for. Deleting the files of hundreds of databases takes long.
   */
  static void discard(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    Path aside = tree.resolveSibling("discarded-" + UUID.randomUUID());
    try {
      Files.move(tree, aside, StandardCopyOption.ATOMIC_MOVE);
      new ProcessBuilder("rm", "-rf", aside.toString())
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Changes the owner of a directory recursively; does nothing if the directory has that owner
   * already.
   */
  static void changeOwner(Path tree, String user) {
    try {
      UserPrincipal owner =
          tree.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
      if (Files.getOwner(tree).equals(owner)) {
        return;
      }
      visit(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.setOwner(file, owner);
              return FileVisitResult.CONTINUE;
            }

            // The directory itself last: its owner indicates that all its content is done.
            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem)
                throws IOException {
              Files.setOwner(directory, owner);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void visit(Path tree, SimpleFileVisitor<Path> visitor) {
    if (!Files.exists(tree)) {
      return;
    }
    try {
      Files.walkFileTree(tree, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
