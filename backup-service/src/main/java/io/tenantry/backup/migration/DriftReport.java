package io.tenantry.backup.migration;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The differences of a tenant's catalog and migration history from the golden template's.
 *
 * @param version the version of the blueprint that the tenant is at
 * @param drifted whether anything differs
 * @param fingerprint SHA-256 over the tenant's catalog, hexadecimal
 * @param expectedFingerprint the golden template's
 * @param differences each object that differs
 */
@RegisterForReflection
record DriftReport(
    UUID tenantId,
    String blueprint,
    String version,
    boolean drifted,
    String fingerprint,
    String expectedFingerprint,
    List<Difference> differences,
    Instant checkedAt) {

  /**
   * An object that differs.
   *
   * @param kind {@code table}, {@code column}, {@code migration}, …
   * @param name its name, without the tenant's schema
   * @param expected the golden template's definition; absent for an unexpected object
   * @param actual the tenant's definition; absent for a missing object
   */
  @RegisterForReflection
  record Difference(
      String kind, String name, Change change, Optional<String> expected, Optional<String> actual) {

    static Difference of(String object, Optional<String> expected, Optional<String> actual) {
      int end = object.indexOf(' ');
      return new Difference(
          object.substring(0, end),
          object.substring(end + 1),
          expected.isEmpty()
              ? Change.UNEXPECTED
              : actual.isEmpty() ? Change.MISSING : Change.CHANGED,
          expected,
          actual);
    }
  }

  /**
   * How an object differs. Public, because otherwise the OpenAPI document shows the constants'
   * names.
   */
  @RegisterForReflection
  public enum Change {
    MISSING,
    UNEXPECTED,
    CHANGED;

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
