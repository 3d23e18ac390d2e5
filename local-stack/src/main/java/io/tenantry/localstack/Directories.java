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

/** Whole folders. */
final class Directories {
  private Directories() {}

  /** Makes a folder that only its owner can enter. */
  static Path createPrivate(Path directory) {
    try {
      Files.createDirectories(directory);
      return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether only this JVM's user owns and can enter the folder; it is created if it is missing. A
   * link to a folder does not count as one.
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

  /** Writes a file that only its owner can read; one that exists is replaced as a whole. */
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

  /** Removes a folder and all in it; what is gone already is no error. */
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

          // A server that is just ending still removes files of its own.
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
   * Removes a folder from its place at once, and all in it by a process that this JVM does not wait
   * for: the tens of thousands of files of some hundred databases take their time.
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
   * Gives a folder and all in it to a user; does nothing when the folder is that user's already.
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

            // The folder itself last: its owner says that all in it is done.
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
