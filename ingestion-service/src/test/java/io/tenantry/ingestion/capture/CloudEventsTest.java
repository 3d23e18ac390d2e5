package io.tenantry.ingestion.capture;

import static io.tenantry.ingestion.capture.EventFormat.CLOUD_EVENT;
import static io.tenantry.ingestion.capture.EventFormat.CLOUD_EVENT_BATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonNumber;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CloudEvents 1.0.2: the HTTP protocol binding's three modes and the cases of the project's
 * conformance suite for JSON.
 */
@Tag("C1")
class CloudEventsTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final String MINIMAL =
      "\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"io.cloudevents.test\",\"source\":\"https://cloudevents.io\"";

  private final EventParser parser =
      new EventParser(
          new SmallRyeConfigBuilder()
              .addDiscoveredConverters()
              .withMapping(CaptureConfig.class)
              .build()
              .getConfigMapping(CaptureConfig.class),
          new FileEvents(new ObjectMapper()));

  private static MultiMap headers() {
    return MultiMap.caseInsensitiveMultiMap()
        .add("ce-specversion", "1.0")
        .add("ce-type", "com.example.someevent")
        .add("ce-id", "1234-1234-1234")
        .add("ce-source", "/mycontext/subcontext");
  }

  private Submission.Item binary(MultiMap headers, String body) {
    return parser
        .parseBinary(TENANT, headers, body.getBytes(StandardCharsets.UTF_8))
        .items()
        .getFirst();
  }

  private Submission.Item structured(String json) {
    return parse(CLOUD_EVENT, json).getFirst();
  }

  private List<Submission.Item> parse(EventFormat format, String json) {
    return parser.parse(TENANT, format, json.getBytes(StandardCharsets.UTF_8)).items();
  }

  private static Event event(Submission.Item item) {
    assertThat(item).isInstanceOf(Submission.Valid.class);
    return ((Submission.Valid) item).event();
  }

  private static List<String> fields(Submission.Item item) {
    assertThat(item).isInstanceOf(Submission.Invalid.class);
    return ((Submission.Invalid) item).errors().stream().map(FieldError::field).toList();
  }

  private static String data(Event event) {
    return new String(event.data(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "text/json+json"})
  void binaryModeTakesBodyAsData(String contentType) {
    String body = "{\n  \"type\": \"card\", \"data\": {\"message\": \"Hello World!\"}\n}";

    Event event =
        event(
            binary(
                headers()
                    .add("ce-time", "2018-04-05T03:56:24Z")
                    .add("ce-subject", "tests")
                    .add("ce-dataschema", "https://cloudevents.io/dataschema")
                    .add("content-type", contentType),
                body));

    assertThat(event.type()).isEqualTo("com.example.someevent");
    assertThat(event.id()).isEqualTo("1234-1234-1234");
    assertThat(event.source()).isEqualTo("/mycontext/subcontext");
    assertThat(event.time()).contains("2018-04-05T03:56:24Z");
    assertThat(event.subject()).contains("tests");
    assertThat(event.extensions()).containsEntry("dataschema", "https://cloudevents.io/dataschema");
    assertThat(event.contentType()).isEqualTo(contentType);
    assertThat(data(event)).isEqualTo(body);
  }

  @Test
  void binaryModeReadsNamesInAnyCaseAndDecodesValues() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("CE-SpecVersion", "1.0")
            .add("Ce-Id", "\"quoted \\\"id\\\"\"")
            .add("cE-tYPe", "t")
            .add("ce-source", "/Stra%C3%9Fe")
            .add("ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80")
            .add("CE-MyExtension", "a%20b");

    Event event = event(binary(headers, ""));

    assertThat(event.id()).isEqualTo("quoted \"id\"");
    assertThat(event.source()).isEqualTo("/Straße");
    assertThat(event.subject()).contains("Euro € 😀");
    assertThat(event.extensions()).containsEntry("myextension", "a b");
  }

  @Test
  void binaryModeTakesAnyDataWithItsMediaType() {
    Event text = event(binary(headers().add("content-type", "text/plain"), "{no json"));
    Event unnamed = event(binary(headers(), "{}"));
    Event none = event(binary(headers(), ""));

    assertThat(text.contentType()).isEqualTo("text/plain");
    assertThat(data(text)).isEqualTo("{no json");
    assertThat(unnamed.contentType()).isEqualTo("application/octet-stream");
    assertThat(data(unnamed)).isEqualTo("{}");
    assertThat(none.data()).isEmpty();
    assertThat(event(binary(headers().add("content-type", "application/json"), "")).data())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ce-specversion | | ce-specversion",
        "ce-id | | ce-id",
        "ce-source | | ce-source",
        "ce-type | | ce-type",
        "ce-specversion | 0.3 | ce-specversion",
        "ce-specversion | '' | ce-specversion",
        "ce-id | '' | ce-id",
        "ce-type | %ff | ce-type",
        "ce-subject | 50% | ce-subject",
        "ce-subject | %00 | ce-subject",
        "ce-time | lunchtime | ce-time",
        "ce-my_extension | x | ce-my_extension",
        "ce-data | x | ce-data",
        "ce-datacontenttype | text/plain | ce-datacontenttype",
        "content-type | xyz | content-type",
      })
  void binaryModeNamesInvalidHeader(String name, String value, String field) {
    MultiMap headers = headers().remove(name);
    if (value != null) {
      headers.add(name, value);
    }

    assertThat(fields(binary(headers, ""))).containsExactly(field);
  }

  @Test
  void binaryModeRefusesDuplicateHeader() {
    assertThat(fields(binary(headers().add("CE-ID", "2"), ""))).containsExactly("ce-id");
  }

  @ParameterizedTest
  @Tag("N1")
  @Tag("N2")
  @ValueSource(strings = {"{no json", "1e131072", "\"\\u0000\"", "\ud800"})
  void binaryModeRefusesInvalidOrUnstorableJson(String body) {
    assertThat(fields(binary(headers().add("content-type", "application/json"), body)))
        .containsExactly("data");
  }

  @Test
  void oneRequiredHeaderMakesBinaryMode() {
    MultiMap none = MultiMap.caseInsensitiveMultiMap().add("ce-other", "1").add("ceid", "1");

    assertThat(BinaryMode.isUsed(none)).isFalse();
    for (String name : List.of("ce-specversion", "CE-ID", "ce-source", "ce-type")) {
      assertThat(BinaryMode.isUsed(MultiMap.caseInsensitiveMultiMap().add(name, "1"))).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/cloudevents+json, CLOUD_EVENT",
    "application/cloudevents+json; charset=utf-8, CLOUD_EVENT",
    "Application/CloudEvents+JSON;charset=UTF-8, CLOUD_EVENT",
    "application/cloudevents-batch+json; charset=utf-8, CLOUD_EVENT_BATCH",
    "application/json, OWN",
    "application/cloudevents+avro,",
    "application/cloudevents,",
    "text/plain,",
  })
  void selectsModeByMediaType(String contentType, EventFormat format) {
    assertThat(EventFormat.of(contentType).orElse(null)).isEqualTo(format);
    assertThat(EventFormat.isCloudEvents(contentType))
        .isEqualTo(contentType.toLowerCase(Locale.ROOT).contains("cloudevents"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"datacontenttype\":null,\"dataschema\":null,\"subject\":null,\"time\":null",
        ",\"datacontenttype\":\"text/plain\",\"dataschema\":\"https://cloudevents.io/dataschema\",\"subject\":\"tests\",\"time\":\"2018-04-05T17:31:00Z\"",
        ",\"time\":\"2018-04-05T17:31:00.000000000Z\"",
        ",\"time\":\"2018-04-05T18:31:00+01:00\"",
        ",\"time\":\"2018-04-05t16:31:00-01:00\"",
        ",\"datacontenttype\":\"text/plain\",\"data\":\"Simple text\"",
        ",\"data_base64\":\"TWE=\"",
        ",\"extinteger\":10,\"extboolean\":true,\"extstring\":\"text\",\"exturi\":\"https://cloudevents.io\",\"exturiref\":\"//authority/path\",\"exttimestamp\":\"2023-03-31T15:12:00Z\",\"extbinary\":\"TWE=\"",
        ",\"anextensionwithaverylongname0123456789\":\"taken\"",
      })
  void structuredModeTakesValidEvents(String more) {
    assertThat(event(structured("{" + MINIMAL + more + "}")).id()).isEqualTo("1");
  }

  @Test
  void structuredModeKeepsExtensionsOfEveryTypeAsText() {
    Event event =
        event(structured("{" + MINIMAL + ",\"i\":-10,\"b\":false,\"s\":\"x\",\"data\":{\"a\":1}}"));

    assertThat(event.extensions())
        .containsOnly(Map.entry("i", "-10"), Map.entry("b", "false"), Map.entry("s", "x"));
    assertThat(event.contentType()).isEqualTo("application/json");
    assertThat(data(event)).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"specversion\":\"1.0\" | \"x\":\"1.0\" | specversion",
        "\"id\":\"1\" | \"x\":\"1\" | id",
        "\"type\":\"io.cloudevents.test\" | \"x\":\"t\" | type",
        "\"source\":\"https://cloudevents.io\" | \"x\":\"s\" | source",
        "\"id\":\"1\" | \"id\":\"1\",\"time\":\"lunchtime\" | time",
        "\"id\":\"1\" | \"id\":\"1\",\"time\":\"2018-04-05T18:31Z\" | time",
        "\"id\":\"1\" | \"id\":\"1\",\"time\":\"2018-04-05T18:31:00X\" | time",
        "\"id\":\"1\" | \"id\":\"1\",\"time\":\"2018-04-05T18:31:00+25:00\" | time",
        "\"id\":\"1\" | \"id\":\"1\",\"time\":\"2018-04-05T18:31:00+xx:00\" | time",
        "\"id\":\"1\" | \"id\":\"1\",\"time\":\"2018-04-05T18:31:00+05\" | time",
        "\"id\":\"1\" | \"id\":\"\" | id",
        "\"type\":\"io.cloudevents.test\" | \"type\":\"\" | type",
        "\"source\":\"https://cloudevents.io\" | \"source\":\"\" | source",
        "\"specversion\":\"1.0\" | \"specversion\":\"\" | specversion",
        "\"specversion\":\"1.0\" | \"specversion\":\"0.9\" | specversion",
        "\"id\":\"1\" | \"id\":\"1\",\"datacontenttype\":\"xyz\" | datacontenttype",
        "\"id\":\"1\" | \"id\":\"1\",\"datacontenttype\":\"\" | datacontenttype",
        "\"id\":\"1\" | \"id\":\"1\",\"dataschema\":\"\" | dataschema",
        "\"id\":\"1\" | \"id\":\"1\",\"subject\":\"\" | subject",
        "\"id\":\"1\" | \"id\":25 | id",
        "\"id\":\"1\" | \"id\":{\"xyz\":\"abc\"} | id",
        "\"id\":\"1\" | \"id\":\"1\",\"MyExtension\":\"bad\" | MyExtension",
        "\"id\":\"1\" | \"id\":\"1\",\"my.extension\":\"bad\" | my.extension",
        "\"id\":\"1\" | \"id\":\"1\",\"my.extension\":1.5 | my.extension",
        "\"id\":\"1\" | \"id\":\"1\",\"myextension\":1.5 | myextension",
        "\"id\":\"1\" | \"id\":\"1\",\"data\":\"text\",\"data_base64\":\"eyAieHl6IjogMTIzIH0=\" |"
            + " data_base64",
      })
  void structuredModeRefusesInvalidEvents(String right, String wrong, String field) {
    assertThat(fields(structured("{" + MINIMAL.replace(right, wrong) + "}"))).contains(field);
  }

  @Test
  void batchedModeAcceptsEmptyBatchAndReportsEachEvent() {
    assertThat(parse(CLOUD_EVENT_BATCH, "[]")).isEmpty();

    List<Submission.Item> items =
        parse(
            CLOUD_EVENT_BATCH,
            "[{%s},{%s},\"not an object\",{%s}]"
                .formatted(MINIMAL, MINIMAL.replace("1.0", "0.9"), MINIMAL));

    assertThat(event(items.getFirst()).id()).isEqualTo("1");
    assertThat(fields(items.get(1))).containsExactly("specversion");
    assertThat(fields(items.get(2))).containsExactly("");
    assertThat(event(items.getLast()).id()).isEqualTo("1");
  }

  @Tag("N1")
  @ParameterizedTest
  @ValueSource(strings = {"1e1000000", "1e131072", "1e-16384", "0e-99999"})
  void refusesUnstorableNumberAndNoOtherEvent(String number) {
    List<Submission.Item> items =
        parse(
            CLOUD_EVENT_BATCH,
            "[{%s,\"data\":{\"n\":[%s]}},{%s,\"data\":{\"n\":[1e131071,1e-16383]}}]"
                .formatted(MINIMAL, number, MINIMAL));

    assertThat(((Submission.Invalid) items.getFirst()).errors())
        .containsExactly(new FieldError("data", JsonNumber.UNSTORABLE));
    assertThat(data(event(items.getLast()))).isEqualTo("{\"n\":[1e131071,1e-16383]}");
  }

  @Tag("N2")
  @Test
  void namesFieldThatExceedsJsonLimit() {
    String deep = "[".repeat(1001) + "]".repeat(1001);

    assertLimit(
        CLOUD_EVENT,
        "{" + MINIMAL + ",\"data\":{\"a\":" + deep + "}}",
        "data",
        "must not be nested deeper than 1000 levels");
    assertLimit(
        CLOUD_EVENT_BATCH,
        "[{%s},{%s,\"data\":[%s]}]".formatted(MINIMAL, MINIMAL, "1".repeat(1001)),
        "[1].data",
        "must not contain a number of more than 1000 characters");
  }

  private void assertLimit(EventFormat format, String json, String field, String limit) {
    assertThatThrownBy(() -> parse(format, json))
        .asInstanceOf(type(InvalidRequest.class))
        .satisfies(e -> assertThat(e.errors()).containsExactly(new FieldError(field, limit)));
  }
}
