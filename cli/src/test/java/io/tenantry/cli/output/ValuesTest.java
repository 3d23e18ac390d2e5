package io.tenantry.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("P5")
class ValuesTest {

  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | `` | -",
        "\"\" | `` | -",
        "[] | `` | -",
        "{} | `` | -",
        "\"text\" | `` | text",
        "1.50 | `` | 1.5",
        "[\"a\",\"b\",\"c\"] | `` | a,b,c",
        "{\"a\":1,\"b\":[true,null]} | `` | a=1,b=true,null",
        "[\"a\",\"b\"] | few | a,b",
        "[\"a\",\"b\",\"c\",\"d\"] | few | a,b and 2 more",
        "[\"a\",\"b\"] | size | 2",
        "true | yes | yes",
        "false | yes | no",
        "1500 | ms | 1500 ms",
        "\"2026-11-21T04:44:07.465Z\" | time | 2026-11-21T04:44:07Z",
        "\"yesterday\" | time | yesterday",
        "1536 | bytes | 1.5 KiB",
      })
  void formatsValue(String value, String format, String text) throws Exception {
    assertThat(Values.text(json(value), format)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1048576, 1.0 MiB",
    "5368709120, 5.0 GiB",
    "9223372036854775807, 8192.0 PiB"
  })
  void formatsBytes(long bytes, String text) {
    assertThat(Values.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void escapesControlCharacters() throws Exception {
    assertThat(Values.plain(json("\"a\\u001b[31mb\\u007f\\u0085\\té\"")))
        .isEqualTo("a\\u001b[31mb\\u007f\\u0085\\u0009é");
    assertThat(Values.text(json("\"\\u001b[2J\""), "time")).isEqualTo("\\u001b[2J");
  }

  @Test
  void readsNestedFields() throws Exception {
    JsonNode item = json("{\"file\":{\"bytes\":2048},\"id\":\"x\"}");
    Columns columns = Columns.of("ID id", "SIZE file.bytes bytes", "NOTE missing.field");

    assertThat(columns.name(item)).isEqualTo("x");
    assertThat(columns.all())
        .extracting(column -> column.text(item))
        .containsExactly("x", "2.0 KiB", "-");
    assertThat(columns.all())
        .extracting(Columns.Column::isRight)
        .containsExactly(false, true, false);
  }

  @Test
  void writesDetailsWithNestedObjectsAndTables() throws Exception {
    StringWriter written = new StringWriter();
    try (PrintWriter out = new PrintWriter(written)) {
      Details.write(
          json(
              """
              {"id": "x", "longer_name": null, "tags": ["a", "b"],
               "metadata": {"plan": "gold"},
               "text": "one\\ntwo",
               "steps": [{"name": "first", "ms": 5}, {"name": "second", "error": "no"}]}
              """),
          out);
    }

    assertThat(written.toString().lines())
        .containsExactly(
            "id:           x",
            "longer_name:  -",
            "tags:         a,b",
            "metadata:",
            "  plan:  gold",
            "text:",
            "  one",
            "  two",
            "steps:",
            "  name    ms  error",
            "  first   5   -",
            "  second  -   no");
  }
}
