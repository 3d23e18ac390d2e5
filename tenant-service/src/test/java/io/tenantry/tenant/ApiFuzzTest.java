package io.tenantry.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.testing.ApiFuzz;
import io.tenantry.testing.LocalStackResource;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unexpected and invalid requests. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ApiFuzzTest {

  @TestHTTPResource URI service;

  @Test
  @Tag("T19")
  void answersUnexpectedRequestsWithoutInternalError() {
    assertThat(new ApiFuzz(service, TenantApi.adminKey(), 19).run(25)).isEmpty();
  }
}
