package io.tenantry.operator.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The part of a problem detail that the operator uses. */
@RegisterForReflection
record Problem(String code, String detail, boolean retryable, List<FieldError> errors) {

  Problem(
      @Nullable String code,
      @Nullable String detail,
      boolean retryable,
      @Nullable List<FieldError> errors) {
    this.code = Optional.ofNullable(code).orElse(ApiException.UNKNOWN_CODE);
    this.detail = Optional.ofNullable(detail).orElse("The response has no problem detail.");
    this.retryable = retryable;
    this.errors = Optional.ofNullable(errors).orElse(List.of());
  }

  /** A field that is invalid. */
  @RegisterForReflection
  record FieldError(String field, String message) {}
}
