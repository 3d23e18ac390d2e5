package io.tenantry.kernel.problem;

import java.util.List;

/** A request whose fields are wrong; it names all of them at once. */
public final class InvalidRequest extends TenantryException {

  private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  public InvalidRequest(List<FieldError> errors) {
    super(
        ErrorCode.VALIDATION_FAILED,
        errors.size() == 1 ? "One field is invalid." : errors.size() + " fields are invalid.");
    this.errors = List.copyOf(errors);
  }

  public InvalidRequest(String field, String message) {
    this(List.of(new FieldError(field, message)));
  }

  public List<FieldError> errors() {
    return errors;
  }
}
