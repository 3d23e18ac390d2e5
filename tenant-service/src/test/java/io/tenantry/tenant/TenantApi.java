package io.tenantry.tenant;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;

/** The REST API as an admin of the tests uses it. */
public final class TenantApi {

  public static final String TENANTS = "/api/v1/tenants";

  private TenantApi() {}

  /** A request with the admin key. */
  public static RequestSpecification asAdmin() {
    return given().auth().oauth2(adminKey()).contentType(ContentType.JSON);
  }

  /** A request with the admin key to a process of its own. */
  public static RequestSpecification asAdmin(ServiceProcess service) {
    return given()
        .baseUri(service.address().toString())
        .auth()
        .oauth2(LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY"))
        .contentType(ContentType.JSON);
  }

  public static String adminKey() {
    return ConfigProvider.getConfig().getValue("TENANTRY_ADMIN_KEY", String.class);
  }

  /** A name that no other test uses. */
  public static String newName() {
    return "t-" + UUID.randomUUID();
  }

  public static String body(String name) {
    return "{\"name\":\"%s\",\"environment\":\"production\"}".formatted(name);
  }

  /** Creates a tenant and returns its id. */
  public static UUID createTenant(String name) {
    return UUID.fromString(
        asAdmin()
            .body(body(name))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id"));
  }
}
