package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which problem answers which exception. */
class ProblemWriterTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new TenantryException(ErrorCode.TENANT_BUSY, "It is."),
            ErrorCode.TENANT_BUSY,
            "It is."),
        Arguments.of(
            new UnauthorizedException(),
            ErrorCode.UNAUTHENTICATED,
            "This operation needs credentials."),
        Arguments.of(
            new ForbiddenException(),
            ErrorCode.FORBIDDEN,
            "These credentials do not permit this operation."),
        Arguments.of(
            new NotFoundException(), ErrorCode.NOT_FOUND, ErrorCode.NOT_FOUND.title() + "."),
        Arguments.of(
            new NotSupportedException(),
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            ErrorCode.UNSUPPORTED_MEDIA_TYPE.title() + "."),
        Arguments.of(
            new WebApplicationException(418),
            ErrorCode.BAD_REQUEST,
            ErrorCode.BAD_REQUEST.title() + "."),
        Arguments.of(
            new ConstraintViolationException(Set.of()),
            ErrorCode.VALIDATION_FAILED,
            "0 fields are invalid."));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void namesTheCodeOfWhatIsExpected(Throwable failure, ErrorCode code, String detail) {
    ProblemDetail problem = ProblemWriter.problem(failure);

    assertThat(problem).isEqualTo(ProblemDetail.of(code, detail, List.of()));
  }

  @Test
  void listsTheWrongFields() {
    ProblemDetail problem = ProblemWriter.problem(new InvalidRequest("name", "is required"));

    assertThat(problem.detail()).isEqualTo("One field is invalid.");
    assertThat(problem.errors()).containsExactly(new FieldError("name", "is required"));
  }

  @Test
  void saysNothingOfAFaultOfOursButANumber() {
    ProblemDetail first = ProblemWriter.problem(new IllegalStateException("password=secret"));
    ProblemDetail second = ProblemWriter.problem(new WebApplicationException("secret", 500));

    assertThat(List.of(first, second))
        .allSatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
              assertThat(problem.detail()).contains("incident").doesNotContain("secret");
            });
    assertThat(first.detail()).isNotEqualTo(second.detail());
  }

  @Test
  void saysWhenToTryAgain() {
    assertThat(headers(ErrorCode.KAFKA_UNAVAILABLE)).isEqualTo(Map.of("Retry-After", "5"));
    assertThat(headers(ErrorCode.TENANT_BUSY)).isEmpty();
    // A webhook needs its secret or signature, which no scheme names.
    assertThat(headers(ErrorCode.UNAUTHENTICATED)).isEmpty();
  }

  private static Map<String, String> headers(ErrorCode code) {
    return ProblemWriter.headers(ProblemWriter.problem(code, ""));
  }
}
