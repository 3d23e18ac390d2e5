package io.tenantry.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  private static final String PROPERTY = "java.io.tmpdir";

  private final String before = System.getProperty(PROPERTY);

  @TempDir private Path shared;

  @BeforeEach
  void share() {
    System.setProperty(PROPERTY, shared.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty(PROPERTY, before);
  }

  @Test
  @Tag("N4")
  void createsTemporaryFolderPerProcess() throws Exception {
    Path first = Main.usePrivateTemporaryDirectory();
    System.setProperty(PROPERTY, shared.toString());
    Path second = Main.usePrivateTemporaryDirectory();

    assertThat(first).hasParent(shared).isNotEqualTo(second);
    assertThat(System.getProperty(PROPERTY)).isEqualTo(second.toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(second)))
        .isEqualTo("rwx------");
  }

  @Test
  @Tag("N4")
  void namesTemporaryFolderThatIsNotWritable() {
    System.setProperty(PROPERTY, "/nowhere");

    assertThatThrownBy(Main::usePrivateTemporaryDirectory)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("/nowhere");
  }
}
