package io.tenantry.localstack;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when the JVM that started a stack is killed. */
@Tag("servers")
class ParentDeathTest {
  @TempDir Path folder;
  private Process parent;

  /** The JVM that is killed: starts a stack and waits. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws IOException {
      LocalStack.start(LocalStackOptions.temporaryUnder(Path.of(arguments[0])));
      System.out.println("ready");
      System.in.read();
    }
  }

  @AfterEach
  void endParent() {
    parent.destroyForcibly();
  }

  @Test
  @Tag("P9")
  void stopsEveryChildOfAKilledParent() throws IOException {
    startParent();
    Set<ProcessHandle> children = descendants();
    assertThat(children).hasSizeGreaterThan(5);

    parent.destroyForcibly();

    await().atMost(20, SECONDS).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void childrenWhoseSupervisorsWereKilledTooEndAtTheNextStart() throws IOException {
    startParent();
    Set<ProcessHandle> children = descendants();
    parent.toHandle().children().forEach(ProcessHandle::destroyForcibly);
    parent.destroyForcibly();
    await().atMost(20, SECONDS).until(() -> !parent.isAlive());
    assertThat(children).anyMatch(ProcessHandle::isAlive);

    LocalStack.start(LocalStackOptions.temporaryUnder(folder)).close();

    await().atMost(20, SECONDS).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () -> {
              try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).isEmpty();
              }
            });
  }

  private void startParent() throws IOException {
    parent =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Parent.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = parent.inputReader();
    assertThat(output.readLine()).isEqualTo("ready");
  }

  private Set<ProcessHandle> descendants() {
    return parent.descendants().collect(Collectors.toSet());
  }
}
