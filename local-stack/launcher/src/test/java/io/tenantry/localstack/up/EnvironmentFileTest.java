package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFileTest {
  @TempDir Path folder;

  @Test
  void aShellReadsBackWhatWasWritten() throws Exception {
    Path file = folder.resolve("env");
    String value = "it's $HOME; \"quoted\" `id` \\ and\ttab";

    EnvironmentFile.write(file, Map.of("ODD_VALUE", value));

    Process shell =
        new ProcessBuilder(
                List.of("/bin/sh", "-c", ". \"$0\"; printenv ODD_VALUE", file.toString()))
            .redirectErrorStream(true)
            .start();
    String printed =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
    assertThat(printed).isEqualTo(value);
  }

  @Test
  void onlyItsOwnerCanReadIt() throws Exception {
    Path file = folder.resolve("env");

    EnvironmentFile.write(file, Map.of("KEY", "secret"));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    EnvironmentFile.delete(file);
    assertThat(file).doesNotExist();
  }
}
