package io.tenantry.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What drops, renames or hands over on a cluster is in one class, which looks at the thing first.
 */
@Tag("P13")
class DestructiveStatementsTest {

  private static final Path ONE_DOOR =
      Path.of("kernel/src/main/java/io/tenantry/kernel/cluster/ClusterObjects.java");

  private static final Pattern DESTRUCTIVE =
      Pattern.compile(
          "\\bDROP (DATABASE|SCHEMA|ROLE|USER|OWNED|TABLESPACE)\\b|pg_terminate_backend|\\bRENAME TO\\b");

  /** Comments may name the statements. */
  private static final Pattern COMMENT = Pattern.compile("^\\s*(\\*|//|/\\*).*");

  @Test
  void areNowhereButBehindTheOneDoor() throws IOException {
    Path root = Path.of("..").toRealPath();
    List<String> found = new ArrayList<>();
    for (String module :
        List.of("kernel", "tenant-service", "ingestion-service", "backup-service")) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !root.relativize(file).equals(ONE_DOOR))
            .forEach(file -> collect(root, file, found));
      }
    }

    assertThat(found).isEmpty();
    assertThat(Files.readString(root.resolve(ONE_DOOR))).containsPattern(DESTRUCTIVE);
  }

  private static void collect(Path root, Path file, List<String> found) {
    try {
      Files.readAllLines(file).stream()
          .filter(line -> !COMMENT.matcher(line).matches())
          .filter(line -> DESTRUCTIVE.matcher(line).find())
          .forEach(line -> found.add(root.relativize(file) + ": " + line.strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
