package io.tenantry.operator.runtime;

/** What an object requests cannot be done, for a reason that its conditions show. */
public final class Blocked extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** When it may be possible. */
  public enum Until {
    /** Soon: another object or a tenant is not ready yet. */
    READY,
    /** After a person changed something. */
    CHANGED,
    /** Never. */
    NEVER
  }

  private final Until until;
  private final String reason;

  private Blocked(Until until, String reason, String message) {
    super(message);
    this.until = until;
    this.reason = reason;
  }

  /** Something is not ready yet. */
  public static Blocked waiting(String reason, String message) {
    return new Blocked(Until.READY, reason, message);
  }

  /** A person must change something. */
  public static Blocked refused(String reason, String message) {
    return new Blocked(Until.CHANGED, reason, message);
  }

  /** It has failed for good. */
  public static Blocked failed(String reason, String message) {
    return new Blocked(Until.NEVER, reason, message);
  }

  /** When it may be possible. */
  public Until until() {
    return until;
  }

  /** The reason of the condition, in CamelCase. */
  public String reason() {
    return reason;
  }

  /** Why, for people. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
