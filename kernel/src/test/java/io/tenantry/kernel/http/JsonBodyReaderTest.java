package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed JSON and JSON that exceeds a limit are different errors. */
class JsonBodyReaderTest {

  private record Body(String name) {}

  private final JsonBodyReader reader = new JsonBodyReader(mapper(), null);

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    new JsonConventions().customize(mapper);
    return mapper;
  }

  static Stream<Arguments> beyondLimits() {
    return Stream.of(
        Arguments.of(
            "[".repeat(1001) + "]".repeat(1001), "must not be nested deeper than 1000 levels"),
        Arguments.of("1".repeat(1001), "must not contain a number of more than 1000 characters"),
        Arguments.of(
            "0." + "1".repeat(1001), "must not contain a number of more than 1000 characters"),
        Arguments.of(
            "{\"%s\":1}".formatted("n".repeat(50_001)),
            "must not contain a name of more than 50000 characters"));
  }

  @Tag("N2")
  @ParameterizedTest(name = "{1}")
  @MethodSource("beyondLimits")
  void namesTheLimitThatJsonExceeds(String value, String limit) {
    assertThatThrownBy(() -> read("{\"name\":" + value + "}"))
        .asInstanceOf(type(InvalidRequest.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_FAILED))
        .satisfies(e -> assertThat(e.errors()).containsExactly(new FieldError("", limit)));
  }

  @Test
  void saysWhereJsonIsMalformed() {
    assertThatThrownBy(() -> read("{\"name\":x}"))
        .asInstanceOf(type(TenantryException.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_JSON))
        .satisfies(e -> assertThat(e).hasMessageContaining("line 1"));
  }

  private Body read(String json) {
    return reader.read(json.getBytes(StandardCharsets.UTF_8), Body.class);
  }
}
