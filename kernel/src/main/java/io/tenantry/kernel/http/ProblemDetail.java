package io.tenantry.kernel.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import java.util.List;
import java.util.Locale;

/**
 * An error as RFC 9457 writes it ({@code application/problem+json}).
 *
 * @param type a URN that names the kind of error, made from the code
 * @param title what the code means, the same every time
 * @param status the HTTP status
 * @param detail what happened this time
 * @param code the stable code, see {@link ErrorCode}
 * @param retryable whether the same request may succeed later
 * @param errors the wrong fields, with status 422
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

  /** The problem of a code; {@code errors} is empty but for 422. */
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
