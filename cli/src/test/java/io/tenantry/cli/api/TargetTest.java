package io.tenantry.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.cli.command.ExitCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent to a service, and what its problem details mean. */
@Tag("P5")
class TargetTest {

  @Test
  void encodesEveryValue() {
    assertThat(Target.of("/api/v1/a/{}/b/{}", "x/../y", "é ?&").path())
        .isEqualTo("/api/v1/a/x%2F..%2Fy/b/%C3%A9%20%3F%26");
    assertThat(Target.of("/api/v1/tenants").path()).isEqualTo("/api/v1/tenants");
  }

  @Test
  void addsParametersThatHaveValues() {
    assertThat(
            Target.of("/t")
                .with("limit", 5)
                .with("after", null)
                .with("name", "a&b=c")
                .with("empty", "")
                .path())
        .isEqualTo("/t?limit=5&name=a%26b%3Dc&empty=");
  }

  @Test
  void leavesOutWhatIsEmpty() {
    assertThat(
            Json.body()
                .with("a", (Object) null)
                .with("b", List.of())
                .with("c", Map.of())
                .with("d", Json.body())
                .with("e", "")
                .with("f", List.of(1))
                .with("g", Json.body().with("h", false))
                .node())
        .hasToString("{\"e\":\"\",\"f\":[1],\"g\":{\"h\":false}}");
  }

  private static ApiException problem(int status, String json) throws Exception {
    return new ApiException(status, Json.MAPPER.readTree(json), 3);
  }

  @Test
  void readsProblemDetails() throws Exception {
    ApiException problem =
        problem(
            422,
            """
            {"title": "Invalid request", "detail": "One field is invalid.",
             "code": "VALIDATION_FAILED", "retryable": false,
             "errors": [{"field": "name", "message": "is required"}, {"message": "whole"}]}
            """);

    assertThat(problem).hasMessage("Invalid request: One field is invalid.");
    assertThat(problem.code()).isEqualTo("VALIDATION_FAILED");
    assertThat(problem.retryable()).isFalse();
    assertThat(problem.retryAfterSeconds()).isEqualTo(3);
    assertThat(problem.errors())
        .containsExactly(
            new ApiException.FieldError("name", "is required"),
            new ApiException.FieldError("", "whole"));
  }

  @Test
  void describesAnswersWithoutProblemDetails() throws Exception {
    ApiException problem = problem(502, "{}");

    assertThat(problem).hasMessage("the service answered 502");
    assertThat(problem.code()).isEqualTo("HTTP_502");
    assertThat(problem.errors()).isEmpty();
    assertThat(problem(500, "{\"title\":\"Broken\",\"detail\":\"Broken.\"}")).hasMessage("Broken");
  }

  @ParameterizedTest
  @CsvSource({
    "400, USAGE",
    "401, NOT_PERMITTED",
    "403, NOT_PERMITTED",
    "404, NOT_FOUND",
    "409, CONFLICT",
    "410, NOT_FOUND",
    "413, USAGE",
    "415, USAGE",
    "422, USAGE",
    "429, UNREACHABLE",
    "500, FAILURE",
    "503, UNREACHABLE",
    "504, UNREACHABLE"
  })
  void exitsWithCodeOfStatus(int status, ExitCode code) {
    assertThat(ExitCode.ofStatus(status)).isEqualTo(code);
  }
}
