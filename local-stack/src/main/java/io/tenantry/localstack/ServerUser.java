package io.tenantry.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operating system user that PostgreSQL runs as. PostgreSQL does not run as root; if this JVM
 * does, the server runs in a user namespace, in which root has another id but still has access to
 * its files, or as another user.
 */
sealed interface ServerUser {

  /** Returns the command line that runs the given one as this user. */
  List<String> command(List<String> command);

  /** Makes this user the owner of all files in the directory. */
  void takeOwnership(Path tree);

  /** Finds the first user that works on this machine for files in this existing directory. */
  static ServerUser forFilesUnder(Path directory) {
    if (!Programs.run(List.of("id", "-u")).output().equals("0")) {
      return new Same();
    }
    List<ServerUser> candidates =
        Stream.of(
                Programs.find("unshare").stream().map(InNamespace::new),
                Programs.find("setpriv").stream()
                    .flatMap(setpriv -> otherUsers().map(user -> new Other(setpriv, user))))
            .<ServerUser>flatMap(each -> each)
            .toList();
    return candidates.stream()
        .filter(candidate -> candidate.canWorkIn(directory))
        .findFirst()
        .orElseThrow(
            () ->
                new LocalStackException(
                    "PostgreSQL does not run as root, and neither unshare nor setpriv provides"
                        + " another user that can write to "
                        + directory
                        + "; run as a user other than root"));
  }

  private static Stream<String> otherUsers() {
    return Stream.of("postgres", "nobody")
        .filter(user -> Programs.run(List.of("id", "-u", user)).succeeded());
  }

  private boolean canWorkIn(Path directory) {
    Path probe = directory.resolve(".probe");
    try {
      Files.createDirectories(probe);
      takeOwnership(probe);
      // Write a file to find out: access(2), as used by test -w, ignores capabilities.
      String file = probe.resolve("written").toString();
      return Programs.run(command(List.of("touch", file))).succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Directories.delete(probe);
    }
  }

  /** This JVM's user, if it is not root. */
  record Same() implements ServerUser {
    @Override
    public List<String> command(List<String> command) {
      return command;
    }

    @Override
    public void takeOwnership(Path tree) {}
  }

  /** Root, under another id in a user namespace. */
  record InNamespace(Path unshare) implements ServerUser {
    @Override
    public List<String> command(List<String> command) {
      return Stream.concat(Stream.of(unshare.toString(), "--user"), command.stream()).toList();
    }

    @Override
    public void takeOwnership(Path tree) {
      // Files of an earlier run may belong to another user.
      Directories.changeOwner(tree, "root");
    }
  }

  /**
   * Another user with one capability of root: access to files in directories that only root can
   * access, such as a checkout in root's home directory.
   */
  record Other(Path setpriv, String user) implements ServerUser {
    @Override
    public List<String> command(List<String> command) {
      List<String> prefix =
          List.of(
              setpriv.toString(),
              "--reuid=" + user,
              "--regid=" + group(),
              "--clear-groups",
              "--inh-caps=+dac_override",
              "--ambient-caps=+dac_override");
      return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    private String group() {
      return Programs.run(List.of("id", "-g", user)).output();
    }

    @Override
    public void takeOwnership(Path tree) {
      Directories.changeOwner(tree, user);
    }
  }
}
