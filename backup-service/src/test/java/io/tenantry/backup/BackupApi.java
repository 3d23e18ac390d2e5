package io.tenantry.backup;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import org.eclipse.microprofile.config.ConfigProvider;

/** The REST API as an admin of the tests uses it. */
public final class BackupApi {

  public static final String SCHEDULES = "/api/v1/schedules";

  private BackupApi() {}

  /** A request with the admin key. */
  public static RequestSpecification asAdmin() {
    return given().auth().oauth2(adminKey());
  }

  public static String adminKey() {
    return ConfigProvider.getConfig().getValue("TENANTRY_ADMIN_KEY", String.class);
  }
}
