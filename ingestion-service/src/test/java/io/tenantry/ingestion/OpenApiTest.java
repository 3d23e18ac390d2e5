package io.tenantry.ingestion;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.OpenApiContract;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The served API equals the checked-in description. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class OpenApiTest {

  @TestHTTPResource URI service;

  @Test
  @Tag("P4")
  void servesCheckedInApi() {
    OpenApiContract.check(service, IngestionApi.adminKey());
  }
}
