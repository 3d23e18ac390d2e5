package io.tenantry.operator.tenant;

/** The operator does not do what an object requests, until a person changes something. */
final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Another object or installation owns what this object names. */
  static final String CONFLICT = "Conflict";

  private final String reason;

  /**
   * A refusal.
   *
   * @param reason of the condition, in CamelCase
   */
  Refused(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
