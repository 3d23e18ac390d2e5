package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code, comments, help and documents use the words of docs/glossary.md. */
class LanguageTest {

  private static final Path ROOT = Path.of("..");

  /** Archaic or literary words, for which the field has plain ones. */
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b(anew|patience|whoever|in hand|to be had|of none|is told)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Deprecated settings, which go on working. */
  private static final Pattern CONTRACT = Pattern.compile("\\btenantry(\\.[a-z-]+)+\\.patience\\b");

  private static final Set<String> SKIPPED_FOLDERS = Set.of("target", ".git", "node_modules");

  /** Their content must not change: Flyway and tenants' histories have their checksums. */
  private static final Pattern UNCHANGEABLE =
      Pattern.compile(".*/(?:db/control|blueprints)/.*\\.sql");

  private static final Pattern TEXT =
      Pattern.compile(
          ".*\\.(?:java|sql|md|ya?ml|json|properties|sh|tpl|txt|conf|xml)|.*/[a-z-]+|.*/Dockerfile.*");

  @Test
  void usesNoBannedWord() throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return SKIPPED_FOLDERS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.toString().replace('\\', '/');
            if (TEXT.matcher(name).matches()
                && !UNCHANGEABLE.matcher(name).matches()
                && !file.endsWith("LanguageTest.java")) {
              bannedLines(file).map(line -> name + line).forEach(found::add);
            }
            return FileVisitResult.CONTINUE;
          }
        });

    assertThat(found).isEmpty();
  }

  private static Stream<String> bannedLines(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      // Not text.
      return Stream.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return IntStream.range(0, lines.size())
        .filter(i -> isBanned(lines.get(i)))
        .mapToObj(i -> ":%d: %s".formatted(i + 1, lines.get(i).strip()));
  }

  private static boolean isBanned(String line) {
    return BANNED.matcher(CONTRACT.matcher(line).replaceAll("")).find();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Encrypted anew.", "// Whoever reads", "PATIENCE = 3", "is told of it"})
  void findsBannedWords(String line) {
    assertThat(isBanned(line)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@WithDefault(\"${tenantry.kafka.health.patience:2s}\")",
        "TENANTRY_KAFKA_HEALTH_PATIENCE",
        "renewal"
      })
  void permitsContractsAndOtherWords(String line) {
    assertThat(isBanned(line)).isFalse();
  }
}
