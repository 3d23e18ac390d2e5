package io.tenantry.ingestion;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import io.tenantry.testing.TestTenant;
import org.eclipse.microprofile.config.ConfigProvider;

/** The REST API as an admin of the tests uses it. */
public final class IngestionApi {

  public static final String TOPICS = "/api/v1/topics";

  public static final String EVENTS = "/api/v1/events";

  private IngestionApi() {}

  /** A request with the admin key. */
  public static RequestSpecification asAdmin() {
    return given().auth().oauth2(adminKey());
  }

  /** A request with a tenant's API key. */
  public static RequestSpecification asTenant(TestTenant tenant) {
    return given().header("X-API-Key", tenant.key());
  }

  public static String adminKey() {
    return ConfigProvider.getConfig().getValue("TENANTRY_ADMIN_KEY", String.class);
  }
}
