package io.tenantry.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who PostgreSQL runs as. It refuses to be root; where this JVM is root, the server either runs in
 * a user namespace, in which root has another number but keeps the access to its own files, or as
 * another user.
 */
sealed interface ServerUser {

  /** The command line that runs the given one as this user. */
  List<String> command(List<String> command);

  /** Makes the files under the folder this user's. */
  void own(Path tree);

  /** The first way that works on this machine for files under the folder, which must exist. */
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
                    "PostgreSQL does not run as root, and neither unshare nor setpriv gave it another"
                        + " user that can work in "
                        + directory
                        + "; start it as an ordinary user"));
  }

  private static Stream<String> otherUsers() {
    return Stream.of("postgres", "nobody")
        .filter(user -> Programs.run(List.of("id", "-u", user)).succeeded());
  }

  private boolean canWorkIn(Path directory) {
    Path probe = directory.resolve(".probe");
    try {
      Files.createDirectories(probe);
      own(probe);
      // By really writing: access(2), as test -w uses it, does not count a capability.
      String file = probe.resolve("written").toString();
      return Programs.run(command(List.of("touch", file))).succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Directories.delete(probe);
    }
  }

  /** This JVM's user, who is not root. */
  record Same() implements ServerUser {
    @Override
    public List<String> command(List<String> command) {
      return command;
    }

    @Override
    public void own(Path tree) {}
  }

  /** Root without its name. */
  record InNamespace(Path unshare) implements ServerUser {
    @Override
    public List<String> command(List<String> command) {
      return Stream.concat(Stream.of(unshare.toString(), "--user"), command.stream()).toList();
    }

    @Override
    public void own(Path tree) {
      // Files of a run that used another way may be another user's.
      Directories.changeOwner(tree, "root");
    }
  }

  /**
   * Another user, with one of root's rights kept: to reach files in folders that are closed to
   * others, as a checkout in root's home is.
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
    public void own(Path tree) {
      Directories.changeOwner(tree, user);
    }
  }
}
