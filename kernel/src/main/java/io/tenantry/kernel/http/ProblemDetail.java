package io.tenantry.kernel.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import java.util.List;
import java.util.Locale;

/**
 * An error as a problem detail of RFC 9457 ({@code application/problem+json}).
 *
 * @param type a URN that identifies the kind of error, derived from the code
 * @param title what the code means, the same for every occurrence
 * @param status the HTTP status
 * @param detail what happened this time
 * @param code the stable code, see {@link ErrorCode}
 * @param retryable whether the same request may succeed later
 * @param errors the invalid fields, with status 422
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProblemDetail(
    String type,
    String title,
    int status,
    String detail,
    ErrorCode code,
    boolean retryable,
    List<FieldError> errors) {

  /** The media type of RFC 9457, section 3. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** The problem detail for a code; {@code errors} is empty except for status 422. */
  public static ProblemDetail of(ErrorCode code, String detail, List<FieldError> errors) {
    return new ProblemDetail(
        "urn:tenantry:problem:" + code.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        code.title(),
        code.status(),
        detail,
        code,
        code.retryable(),
        errors);
  }
}
