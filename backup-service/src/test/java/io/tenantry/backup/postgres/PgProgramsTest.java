package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of PostgreSQL's programs are used, and which are refused. */
class PgProgramsTest {

  @TempDir private Path folder;

  private PgPrograms programs() {
    return new PgPrograms(() -> Optional.of(folder));
  }

  /** A program that answers as a pg_dump of this version does when it is asked for it. */
  private void install(String version) throws IOException {
    Path program = folder.resolve("pg_dump");
    Files.writeString(program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) %s'\n".formatted(version));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Tag("B1")
  @Test
  void refusesPgDumpOlderThanServer() throws IOException {
    install("16.9 (Debian 16.9-1.pgdg12+1)");

    assertThatThrownBy(() -> programs().forServer(17))
        .isInstanceOfSatisfying(
            TenantryException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PG_DUMP_UNUSABLE))
        .hasMessageContaining("pg_dump 17 or newer is needed")
        .hasMessageContaining("found 16.9");
  }

  @Tag("B1")
  @Test
  void usesPgDumpOfServersVersionOrNewer() throws IOException {
    install("17.4");

    assertThat(programs().forServer(17).version().major()).isEqualTo(17);
    assertThat(programs().forServer(15).version().full()).isEqualTo("17.4");
  }

  @Tag("B1")
  @Test
  void reportsMissingPgDump() {
    assertThatThrownBy(() -> programs().forServer(17)).hasMessageContaining("none was found");
  }
}
