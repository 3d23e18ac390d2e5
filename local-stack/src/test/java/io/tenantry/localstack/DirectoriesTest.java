package io.tenantry.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {

  @TempDir Path folder;

  @Test
  void aFolderThatItMakesIsPrivateAndStaysSo() {
    Path made = folder.resolve("made");

    assertThat(Directories.isPrivate(made)).isTrue();
    assertThat(Directories.isPrivate(made)).isTrue();
  }

  @Test
  void aFolderThatOthersCanEnterIsNotPrivate() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(Directories.isPrivate(open)).isFalse();
  }

  @Test
  void aLinkAndAFileAreNotPrivateAndAreNotChanged() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(Directories.isPrivate(link)).isFalse();
    assertThat(Directories.isPrivate(file)).isFalse();
    assertThat(Files.readSymbolicLink(link)).isEqualTo(target);
  }
}
