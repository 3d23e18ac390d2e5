package io.tenantry.tenant.provisioning;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Forty at once. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ConcurrencyTest {

  private static final int REQUESTS = 40;

  @Test
  @Tag("T1")
  void provisionsFortyTenantsAtOnce() throws Exception {
    int databases = Postgres.tenantDatabases().size();
    int roles = Postgres.tenantRoles().size();

    List<Integer> statuses =
        postAtOnce(IntStream.range(0, REQUESTS).mapToObj(n -> newName()).toList());

    assertThat(statuses).containsOnly(201).hasSize(REQUESTS);
    assertThat(Postgres.tenantDatabases()).hasSize(databases + REQUESTS);
    assertThat(Postgres.tenantRoles()).hasSize(roles + 2 * REQUESTS);
  }

  @Test
  @Tag("T1")
  void givesNameToOneOfFortyRequests() throws Exception {
    int databases = Postgres.tenantDatabases().size();

    List<Integer> statuses = postAtOnce(Collections.nCopies(REQUESTS, newName()));

    assertThat(Collections.frequency(statuses, 201)).isEqualTo(1);
    assertThat(Collections.frequency(statuses, 409)).isEqualTo(REQUESTS - 1);
    assertThat(Postgres.tenantDatabases()).hasSize(databases + 1);
  }

  private static List<Integer> postAtOnce(List<String> names) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(names.size())) {
      List<Future<Response>> answers =
          names.stream()
              .map(name -> clients.submit(() -> asAdmin().body(body(name)).post(TENANTS)))
              .toList();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Response> answer : answers) {
        statuses.add(answer.get().statusCode());
      }
      return statuses;
    }
  }
}
