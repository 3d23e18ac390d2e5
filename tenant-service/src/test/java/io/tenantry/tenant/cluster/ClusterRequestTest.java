package io.tenantry.tenant.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.localstack.CertificateAuthority;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a cluster is reached by the request that registers or changes it. */
@Tag("F17")
class ClusterRequestTest {

  private static final String PASSWORD = "the-stored-password";
  private static final String PEM = CertificateAuthority.create("ours").certificate();

  private static ClusterAccess now(String sslMode, String pem) {
    return new ClusterAccess(
        "main",
        "eu-west-1",
        "db",
        5432,
        "postgres",
        "admin",
        PASSWORD,
        sslMode,
        Optional.ofNullable(pem),
        Optional.empty());
  }

  private static ChangeCluster change(JsonObject fields) {
    return new ChangeCluster(
        fields.getString("status"),
        fields.getInteger("capacity"),
        fields.getString("host"),
        fields.getInteger("port"),
        fields.getString("admin_user"),
        fields.getString("admin_password"),
        fields.getString("maintenance_database"),
        fields.getString("ssl_mode"),
        fields.getString("ssl_root_certificate"));
  }

  private static RegisterCluster registration(String sslMode, String pem) {
    return new RegisterCluster(
        "main", "eu-west-1", "db", 5432, "admin", PASSWORD, null, sslMode, pem, null);
  }

  @Test
  void fillsInWhatARegistrationLeavesOut() {
    RegisterCluster request = registration(null, null);

    assertThat(request.access().sslMode()).isEqualTo("prefer");
    assertThat(request.access().maintenanceDatabase()).isEqualTo("postgres");
    assertThat(request.capacityOrDefault()).isEqualTo(2000);
  }

  @Test
  void keepsWhatAChangeLeavesOut() {
    ClusterAccess access =
        change(new JsonObject().put("capacity", 7)).appliedTo(now("require", null));

    assertThat(access).isEqualTo(now("require", null));
  }

  @ParameterizedTest
  @CsvSource({"other, , ", ", 5433, ", "other, 5433, "})
  @Tag("L3")
  void sendsTheStoredPasswordToNoOtherAddress(String host, Integer port) {
    ChangeCluster elsewhere = change(new JsonObject().put("host", host).put("port", port));

    assertThatThrownBy(() -> elsewhere.appliedTo(now("require", null)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("admin_password");
  }

  @Test
  @Tag("L3")
  void usesTheStoredPasswordAtTheSameAddress() {
    ChangeCluster same =
        change(new JsonObject().put("host", "db").put("port", 5432).put("admin_user", "root"));

    ClusterAccess access = same.appliedTo(now("require", null));

    assertThat(access.adminPassword()).isEqualTo(PASSWORD);
    assertThat(access.adminUser()).isEqualTo("root");
  }

  @Test
  @Tag("F16")
  void keepsTheCertificatesWhileTheModeChecksThem() {
    ChangeCluster verifyCa = change(new JsonObject().put("ssl_mode", "verify-ca"));
    ChangeCluster require = change(new JsonObject().put("ssl_mode", "require"));

    assertThat(verifyCa.appliedTo(now("verify-full", PEM)).sslRootCertificate()).isPresent();
    assertThat(require.appliedTo(now("verify-full", PEM)).sslRootCertificate()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"verify-full, false", "verify-ca, false", "require, true", "disable, true"})
  @Tag("F16")
  void refusesCertificatesThatDoNotFitTheMode(String mode, boolean given) {
    String pem = given ? PEM : null;

    assertThatThrownBy(() -> registration(mode, pem).access())
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("ssl_root_certificate");
    assertThatThrownBy(
            () ->
                change(new JsonObject().put("ssl_mode", mode).put("ssl_root_certificate", pem))
                    .appliedTo(now("prefer", null)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void namesTheFieldsOfAChangeAndNoValue() {
    ChangeCluster change =
        change(
            new JsonObject()
                .put("status", "draining")
                .put("admin_password", "secret")
                .put("ssl_mode", "require"));

    assertThat(change.fields()).containsExactly("status", "admin_password", "ssl_mode");
    assertThat(change.toString()).doesNotContain("secret");
    assertThat(registration("require", null).toString()).doesNotContain(PASSWORD);
  }
}
