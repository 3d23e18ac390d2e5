package io.tenantry.cli.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("P5")
class EventFilesTest {

  @TempDir Path folder;

  /** The field n of each event. */
  private static List<Integer> read(String input, String... sources) {
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Map.of(),
            Terminal.Attached.NONE);
    List<Integer> numbers = new ArrayList<>();
    try (EventFiles files = EventFiles.open(List.of(sources), terminal)) {
      files.forEachRemaining(event -> numbers.add(event.path("n").asInt()));
    }
    return numbers;
  }

  private String write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"n\":1} | 1",
        "{\"n\":1}\\n{\"n\":2} | 1,2",
        "[{\"n\":1},{\"n\":2}] {\"n\":3} | 1,2,3",
        "[] {\"n\":{\"n\":[9]}} | 0",
      })
  void readsObjectsAndLists(String text, String numbers) {
    assertThat(read(text.replace("\\n", "\n"), "-"))
        .extracting(Object::toString)
        .containsExactly(numbers.split(","));
  }

  @Test
  void isEmptyWithoutEvents() {
    assertThat(read("", "-")).isEmpty();
    assertThat(read(" \n", "-")).isEmpty();
  }

  @Test
  void readsFoldersInOrderOfNames() throws IOException {
    write("b.jsonl", "{\"n\":2}");
    write("a.json", "{\"n\":1}");
    write("c/d.ndjson", "{\"n\":3}");
    write("c/readme.md", "no JSON");
    String last = write("last.txt", "{\"n\":4}");

    assertThat(read("", folder.toString(), last)).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"n\":1}\\n7 | standard input, line 2: an event is a JSON object",
        "{\"n\":1}\\n\\n{no | standard input, line 3 is not JSON: ",
        "{\"n\": | standard input, line 1 is not JSON: ",
      })
  void namesLineThatIsNotAnEvent(String text, String message) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n"), "-"))
        .asInstanceOf(type(CommandException.class))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ExitCode.USAGE);
              assertThat(e.getMessage()).startsWith(message);
            });
  }

  @Test
  void namesMissingFile() {
    assertThatThrownBy(() -> read("", folder.resolve("nothing.json").toString()))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("there is no file ");
  }
}
