package io.tenantry.backup;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.List;

/** Validates the bodies of requests as the REST API does. */
public final class Constraints {

  private static final Validator VALIDATOR =
      Validation.buildDefaultValidatorFactory().getValidator();

  private Constraints() {}

  /** The violations of a body, each as {@code field message}, in order. */
  public static List<String> violations(Object body) {
    return VALIDATOR.validate(body).stream()
        .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
        .sorted()
        .toList();
  }
}
