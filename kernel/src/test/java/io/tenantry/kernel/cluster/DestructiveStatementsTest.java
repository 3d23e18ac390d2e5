package io.tenantry.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What drops, renames or hands over on a cluster is in {@link ClusterObjects} and its parts, which
 * look at the thing first.
 */
@Tag("P13")
class DestructiveStatementsTest {

  private static final Path KERNEL = Path.of("kernel/src/main/java/io/tenantry/kernel/cluster");

  private static final Path REMOVAL = KERNEL.resolve("ObjectRemoval.java");

  private static final Set<Path> ITS_PARTS =
      Set.of(
          REMOVAL,
          KERNEL.resolve("ClusterSessions.java"),
          KERNEL.resolve("DatabaseExchange.java"),
          KERNEL.resolve("SchemaObjects.java"));

  /** Ends the one session that it opened itself, if the network has lost it. */
  private static final Path OWN_SESSION =
      Path.of("backup-service/src/main/java/io/tenantry/backup/postgres/Session.java");

  private static final Pattern DESTRUCTIVE =
      Pattern.compile(
          "\\bDROP (DATABASE|SCHEMA|ROLE|USER|OWNED|TABLESPACE)\\b|pg_terminate_backend|\\bRENAME"
              + " TO\\b");

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
            .filter(file -> !ITS_PARTS.contains(root.relativize(file)))
            .forEach(file -> collect(root, file, found));
      }
    }

    assertThat(found)
        .singleElement(STRING)
        .startsWith(OWN_SESSION + ": ")
        .contains("pg_terminate_backend(pid)");
    assertThat(Files.readString(root.resolve(REMOVAL))).containsPattern(DESTRUCTIVE);
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
