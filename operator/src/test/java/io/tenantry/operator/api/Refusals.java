package io.tenantry.operator.api;

import java.util.List;
import java.util.Optional;

/** Refusals of services, for tests without them. */
public final class Refusals {

  private Refusals() {}

  /** A refusal with a code. */
  public static ApiException of(int status, String code) {
    return new ApiException(
        status, new Problem(code, "Refused: " + code, false, List.of()), Optional.empty());
  }
}
