package io.tenantry.kernel.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log's lines take from a path that its sender chose. */
class AccessLogTest {

  private static final String ID = "550e8400-e29b-41d4-a716-446655440000";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/tenants/" + ID,
        "/api/v1/tenants/" + ID + "/quotas",
        "/api/v1/projects/" + ID + "/provision",
        "http://host:8081/api/v1/schedules/" + ID
      })
  void findsTheTenant(String path) {
    assertThat(AccessLog.tenantIn(path)).contains(ID);
    assertThat(AccessLog.jobIn(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/v1/tenants", "/api/v1/tenants/no-uuid", "/api/v1/blueprints/" + ID, ""})
  void findsNoTenantWhereNoneIsNamed(String path) {
    assertThat(AccessLog.tenantIn(path)).isEmpty();
  }

  @Test
  void findsTheJob() {
    assertThat(AccessLog.jobIn("/api/v1/jobs/" + ID)).contains(ID);
    assertThat(AccessLog.jobIn("/api/v1/jobs/1")).isEmpty();
  }

  /** A path can forge no second line and no field. */
  @ParameterizedTest
  @ValueSource(strings = {"/a\nstatus=200", "/a b", "/\u001b[31m", "/ä", "/\u007f"})
  void doesNotPrintWhatIsNotVisibleAscii(String path) {
    assertThat(AccessLog.printable(path)).isEqualTo("(unprintable)");
  }

  @Test
  void cutsLongPaths() {
    String longest = "/" + "a".repeat(299);

    assertThat(AccessLog.printable(longest)).isEqualTo(longest);
    assertThat(AccessLog.printable(longest + "b")).isEqualTo(longest + "…");
  }
}
