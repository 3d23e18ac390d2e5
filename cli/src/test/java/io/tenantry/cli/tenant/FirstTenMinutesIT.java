package io.tenantry.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.cli.Services;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README's first ten minutes. */
class FirstTenMinutesIT {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  @Tag("P5")
  void runsCommandsOfReadme() throws Exception {
    String chapter =
        Files.readString(PROJECT.resolve("README.md"))
            .replaceFirst("(?s).*\n## The first ten minutes\n", "")
            .replaceFirst("(?s)\n## .*", "");
    String lines =
        Pattern.compile("(?s)```sh\n(.*?)```")
            .matcher(chapter)
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining());
    // A checkout, as far as these lines know it.
    Files.createDirectories(folder.resolve("target/local"));
    Files.createSymbolicLink(folder.resolve("cli"), PROJECT.resolve("cli"));
    Files.writeString(
        folder.resolve("target/local/env"),
        Services.ctl().environment().entrySet().stream()
            .map(each -> "export %s='%s'%n".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining()));

    Process process =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", lines)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(Stream.of(output.split("\n")))
        .anyMatch(line -> line.contains("globex") && line.contains("active"))
        .anyMatch(line -> line.contains("order.placed"))
        .anyMatch(line -> line.contains("completed"))
        // up_to_date, pending, failed, drifted.
        .anyMatch(line -> line.matches("shop .* 20 +0 +0 +0"))
        .noneMatch(line -> line.startsWith("tenantctl:"));
  }
}
