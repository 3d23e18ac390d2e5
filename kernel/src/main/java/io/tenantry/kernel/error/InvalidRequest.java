package io.tenantry.kernel.error;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A request has invalid fields; the error names all of them. Its message lists them for logs and
 * for the errors of jobs; an HTTP answer has them as {@code errors}, beside the {@link #detail}.
 */
public final class InvalidRequest extends TenantryException {

  private static final long serialVersionUID = 1L;

  /** The limit of fields in the message, since a log line must have a limited length. */
  private static final int LISTED = 10;

  private final String detail;
  private final transient List<FieldError> errors;

  public InvalidRequest(List<FieldError> errors) {
    super(ErrorCode.VALIDATION_FAILED, summary(errors) + list(errors));
    this.detail = summary(errors);
    this.errors = List.copyOf(errors);
  }

  public InvalidRequest(String field, String message) {
    this(List.of(new FieldError(field, message)));
  }

  private static String summary(List<FieldError> errors) {
    return errors.size() == 1 ? "One field is invalid." : errors.size() + " fields are invalid.";
  }

  private static String list(List<FieldError> errors) {
    String more = errors.size() > LISTED ? "; …" : "";
    return errors.stream()
        .limit(LISTED)
        .map(error -> error.field() + " " + error.message())
        .collect(Collectors.joining("; ", " ", more));
  }

  @Override
  public String detail() {
    return detail;
  }

  public List<FieldError> errors() {
    return errors;
  }
}
