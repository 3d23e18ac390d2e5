package io.tenantry.ingestion.capture;

import static io.tenantry.ingestion.capture.EventFormat.CLOUD_EVENT;
import static io.tenantry.ingestion.capture.EventFormat.CLOUD_EVENT_BATCH;
import static io.tenantry.ingestion.capture.EventFormat.OWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tenantry's own JSON, and what holds for each format; {@link CloudEventsTest} has the others. */
@Tag("I5")
class EventParserTest {

  private static final UUID TENANT = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

  private final EventParser parser =
      new EventParser(
          new SmallRyeConfigBuilder()
              .addDiscoveredConverters()
              .withMapping(CaptureConfig.class)
              .build()
              .getConfigMapping(CaptureConfig.class),
          new FileEvents(new ObjectMapper()));

  private Submission parse(EventFormat format, String json) {
    return parser.parse(TENANT, format, json.getBytes(StandardCharsets.UTF_8));
  }

  private Event event(String json) {
    return ((Submission.Valid) parse(OWN, json).items().getFirst()).event();
  }

  /** The fields that are invalid, of an event or of the body. */
  private List<String> invalidFields(EventFormat format, String json) {
    try {
      Submission.Item item = parse(format, json).items().getFirst();
      return ((Submission.Invalid) item).errors().stream().map(FieldError::field).toList();
    } catch (InvalidRequest e) {
      return e.errors().stream().map(FieldError::field).toList();
    }
  }

  private void assertRefused(ErrorCode code, byte[] body) {
    assertThatThrownBy(() -> parser.parse(TENANT, OWN, body))
        .asInstanceOf(type(TenantryException.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private void assertRefused(ErrorCode code, String body) {
    assertRefused(code, body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "-1.5e3",
        "true",
        "null",
        "\"text\"",
        "[]",
        "{}",
        "[{\"a\":[1]}]",
        "\"\\\"\"",
        "{ \"Straße\" : [1, 2.50, \"\\u20ac\\n\"] }"
      })
  void copiesDataByteForByte(String data) {
    Event event = event("{\"type\":\"t\",\"data\": " + data + " ,\"subject\":\"s\"}");

    assertThat(event.data()).asString(StandardCharsets.UTF_8).isEqualTo(data);
    assertThat(event.subject()).contains("s");
  }

  @Test
  void fillsInWhatIsLeftOut() {
    Submission.Valid first = (Submission.Valid) parse(OWN, "{\"type\":\"t\"}").items().getFirst();
    Submission.Valid second =
        (Submission.Valid) parse(OWN, "{\"type\":\"t\",\"event_id\":\"1\"}").items().getFirst();

    assertThat(first.event().id()).matches("[0-9a-f-]{36}");
    assertThat(first.event().source()).isEqualTo(EventFormat.DEFAULT_SOURCE);
    assertThat(first.event().data()).isEmpty();
    assertThat(first.identity()).isEqualTo(Submission.Identity.SERVICE);
    assertThat(second.event().id()).isEqualTo("1");
    assertThat(second.identity()).isEqualTo(Submission.Identity.SENDER);
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | type",
        "{\"type\":\"\"} | type",
        "{\"type\":7} | type",
        "{\"type\":null} | type",
        "{\"type\":\"t\",\"type\":\"u\"} | type",
        "{\"type\":\"t\",\"colour\":1} | colour",
        "{\"type\":\"t\",\"colour\":{\"a\":[1]}} | colour",
        "{\"type\":\"t\",\"occurred_at\":\"yesterday\"} | occurred_at",
        "{\"type\":\"t\",\"occurred_at\":\"+12026-11-21T04:44:07Z\"} | occurred_at",
        "{\"type\":\"t\\u0000\"} | type",
        "{\"type\":\"t\",\"data\":\"\\u0000\"} | data",
        "{\"type\":\"t\",\"data\":\"\\ud800x\"} | data",
        "{\"type\":\"t\",\"data\":\"\\udc00\"} | data",
        "{\"type\":\"t\",\"subject\":\"\\ud800\"} | subject",
        "7 | ''",
        "\"text\" | ''",
      })
  void namesInvalidField(String body, String field) {
    assertThat(invalidFields(OWN, body)).containsExactly(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLOUD_EVENT | [] | ''",
        "CLOUD_EVENT_BATCH | {} | ''",
        "CLOUD_EVENT | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"x\":{}} | x",
        "CLOUD_EVENT | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":1,\"data_base64\":\"AA==\"} | data_base64",
        "CLOUD_EVENT | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":\"%\"} | data_base64",
        "CLOUD_EVENT | {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":7} | data_base64",
      })
  void namesInvalidFieldOfCloudEvent(EventFormat format, String body, String field) {
    assertThat(invalidFields(format, body)).containsExactly(field);
  }

  @Test
  void reportsEveryErrorAtOnce() {
    assertThat(invalidFields(OWN, "{\"colour\":1,\"subject\":\"\",\"occurred_at\":\"x\"}"))
        .containsExactly("colour", "subject", "occurred_at", "type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{\"type\":\"t\"} x", "{\"type\":\"t\"}{}", "[{\"type\":\"t\"}", "nope"})
  void refusesBodyThatIsNotJson(String body) {
    assertRefused(ErrorCode.MALFORMED_JSON, body);
  }

  @Test
  void refusesBodyThatIsNotUtf8() {
    assertRefused(
        ErrorCode.MALFORMED_JSON, "{\"type\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(ErrorCode.MALFORMED_JSON, "{\"type\":\"t\"}".getBytes(StandardCharsets.UTF_16));
  }

  @Test
  void describesMalformedJsonWithoutQuotingIt() {
    assertThatThrownBy(() -> parse(OWN, "{\"type\":\"t\",\n\"secret\" nope}"))
        .asInstanceOf(type(TenantryException.class))
        .satisfies(
            e ->
                assertThat(e.detail())
                    .startsWith("The body is not valid JSON at line 2, column ")
                    .doesNotContain("secret", "nope"));
  }

  @Test
  void refusesBatchOverLimit() {
    String events =
        IntStream.range(0, 1000).mapToObj(i -> "{\"type\":\"t\"}").collect(Collectors.joining(","));

    assertThat(parse(OWN, "[" + events + "]").items()).hasSize(1000);
    assertRefused(ErrorCode.PAYLOAD_TOO_LARGE, "[" + events + ",{}]");
  }

  @Tag("N2")
  @Test
  void refusesDataOverLimits() {
    assertThat(invalidFields(OWN, "{\"type\":\"t\",\"data\":\"" + "x".repeat(600_000) + "\"}"))
        .containsExactly("data");
    assertThatThrownBy(
            () ->
                parse(OWN, "{\"type\":\"t\",\"data\":" + "[".repeat(5000) + "]".repeat(5000) + "}"))
        .asInstanceOf(type(InvalidRequest.class))
        .satisfies(
            e ->
                assertThat(e.errors())
                    .containsExactly(
                        new FieldError("data", "must not be nested deeper than 1000 levels")));
  }

  @Test
  void limitsAttributesAndExtensions() {
    String minimal = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"";
    String most =
        IntStream.range(0, Event.MAX_EXTENSIONS)
            .mapToObj(i -> ",\"x%d\":\"v\"".formatted(i))
            .collect(Collectors.joining());

    assertThat(parse(CLOUD_EVENT, minimal + most + "}").items().getFirst())
        .isInstanceOf(Submission.Valid.class);
    assertThat(invalidFields(CLOUD_EVENT, minimal + most + ",\"one\":\"more\"}"))
        .containsExactly("one");
    assertThat(
            invalidFields(
                OWN, "{\"type\":\"%s\"}".formatted("t".repeat(Event.MAX_TYPE_LENGTH + 1))))
        .containsExactly("type");
    assertThat(event("{\"type\":\"%s\"}".formatted("t".repeat(Event.MAX_TYPE_LENGTH))).type())
        .hasSize(Event.MAX_TYPE_LENGTH);
  }

  @Test
  void reportsEachElementOfBatch() {
    List<Submission.Item> items =
        parse(OWN, "[{\"type\":\"t\"},{\"type\":7},8,[{\"type\":\"t\"}],{\"type\":\"u\"}]").items();

    assertThat(items)
        .extracting(Submission.Valid.class::isInstance)
        .containsExactly(true, false, false, false, true);
    assertThat(((Submission.Invalid) items.get(2)).errors())
        .containsExactly(new FieldError("", "must be a JSON object"));
  }

  private static final String FILE =
      """
      {"tenant_id":"%s","source_type":"UPLOAD","file_hash":"%s","s3_uri":"s3://files/a/b.pdf",
       "original_filename":"b.pdf","mime_type":"application/pdf","timestamp":1763700000000,
       "source_path":"/in","parent_id":null,"metadata":{"pages":"3"}}
      """;

  private List<String> invalidFieldsOfFile(String data) {
    Submission.Item item =
        parse(OWN, "{\"type\":\"io.tenantry.file.ingested.v1\",\"data\":%s}".formatted(data))
            .items()
            .getFirst();
    return item instanceof Submission.Invalid invalid
        ? invalid.errors().stream().map(FieldError::field).toList()
        : List.of();
  }

  @Test
  @Tag("I7")
  void acceptsFileEvent() {
    assertThat(invalidFieldsOfFile(FILE.formatted(TENANT, "0aF".repeat(21) + "9"))).isEmpty();
  }

  @Test
  @Tag("I7")
  void namesInvalidFieldsOfFileEvent() {
    String valid = FILE.formatted(TENANT, "a".repeat(64));

    assertThat(
            invalidFieldsOfFile(
                valid
                    .replace("UPLOAD", "FAX")
                    .replace("a".repeat(64), "abc")
                    .replace("1763700000000", "\"now\"")))
        .containsExactly("data.source_type", "data.file_hash", "data.timestamp");
    assertThat(
            invalidFieldsOfFile(
                valid
                    .replace("s3://", "http://")
                    .replace("application/pdf", "pdf")
                    .replace("\"3\"", "3")))
        .containsExactly("data.s3_uri", "data.mime_type", "data.metadata.pages");
    assertThat(invalidFieldsOfFile(valid.replace("1763700000000", "-1")))
        .containsExactly("data.timestamp");
    assertThat(invalidFieldsOfFile("{\"colour\":1}"))
        .containsExactly(
            "data.tenant_id",
            "data.source_type",
            "data.file_hash",
            "data.s3_uri",
            "data.original_filename",
            "data.mime_type",
            "data.timestamp",
            "data.colour");
    assertThat(invalidFieldsOfFile("[]")).containsExactly("data");
    assertThat(invalidFieldsOfFile("{\"a\":1,\"a\":2}")).isNotEmpty();
  }

  @Test
  @Tag("I7")
  void refusesFileEventOfAnotherTenant() {
    assertThat(invalidFieldsOfFile(FILE.formatted(UUID.randomUUID(), "a".repeat(64))))
        .containsExactly("data.tenant_id");
  }

  @Test
  void acceptsEmptyBatch() {
    assertThat(parse(OWN, "[]").items()).isEmpty();
    assertThat(parse(CLOUD_EVENT_BATCH, "[]").shape()).isEqualTo(Submission.Shape.BATCH);
  }
}
