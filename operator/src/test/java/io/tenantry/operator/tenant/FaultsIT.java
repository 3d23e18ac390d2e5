package io.tenantry.operator.tenant;

import static io.tenantry.operator.tenant.Tenants.condition;
import static io.tenantry.operator.tenant.Tenants.isReady;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.testing.KubernetesControlPlane.Result;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TcpRelay;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fleets of tenants while Tenantry or an operator fails, on a real API server. */
@Tag("P8")
class FaultsIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final OperatorStack stack = OperatorStack.withoutOperator();
  private final String namespace = stack.kubernetes().createNamespace("faults");
  private final Tenants tenants = new Tenants(stack, namespace);

  @BeforeEach
  void stopSharedOperator() {
    OperatorStack.stopSharedOperator();
  }

  @Test
  void killedLeaderLosesAndRepeatsNothing() {
    try (ServiceProcess first = stack.startOperator(own());
        ServiceProcess second = stack.startOperator(own())) {
      first.awaitStatus("/q/health/ready", 200);
      second.awaitStatus("/q/health/ready", 200);
      List<Tenant> objects =
          IntStream.range(0, 100)
              .mapToObj(i -> tenants.apply("t" + i, "deletionPolicy: Delete\nfinalBackup: false"))
              .toList();
      await().atMost(LIMIT).until(() -> count(isReady()) > 10);
      ServiceProcess leader = isLeader(first) ? first : second;
      leader.kill();

      await().atMost(LIMIT).until(() -> count(isReady()) == 100);
      Set<String> ids = ids();
      assertThat(ids).hasSize(100);
      Set<String> owners =
          objects().stream().map(OwnedTenant::externalId).collect(Collectors.toSet());
      assertThat(owned(owners)).isEqualTo(ids);

      try (ServiceProcess third = stack.startOperator(own())) {
        third.awaitStatus("/q/health/ready", 200);
        objects.forEach(object -> stack.client().resource(object).delete());
        await().atMost(LIMIT).until(() -> objects().size() < 90);
        (leader == first ? second : first).kill();

        await().atMost(LIMIT).until(() -> objects().isEmpty());
      }
      assertThat(owned(owners)).isEmpty();
    }
  }

  @Test
  void namespaceIsDeletedWhileTenantryIsUnreachable() throws Exception {
    try (TcpRelay relay = new TcpRelay("localhost", stack.tenantUrl().getPort());
        ServiceProcess operator =
            stack.startOperator(with("TENANT_URL", "http://localhost:" + relay.port()))) {
      operator.awaitStatus("/q/health/ready", 200);
      Map<String, List<Tenant>> fleet = new HashMap<>();
      for (String policy : List.of("Retain", "Suspend", "Delete")) {
        fleet.put(
            policy,
            IntStream.range(0, 34)
                .mapToObj(
                    i ->
                        tenants.apply(
                            policy.toLowerCase(Locale.ROOT) + i,
                            "deletionPolicy: " + policy + "\nfinalBackup: false"))
                .toList());
      }
      await().atMost(LIMIT).until(() -> count(isReady()) == 102);
      fleet.replaceAll(
          (policy, objects) ->
              objects.stream().map(object -> stack.client().resource(object).get()).toList());

      relay.cut();
      stack.kubernetes().kubectl("delete", "namespace", namespace, "--wait=false");

      await().atMost(LIMIT).until(() -> objects().size() == 68);
      for (String policy : List.of("Suspend", "Delete")) {
        Tenant waiting =
            stack.awaitObject(
                fleet.get(policy).getFirst(), object -> condition(object, "Deleting").isPresent());
        assertThat(condition(waiting, "Deleting")).contains("True TenantryUnavailable");
      }
      relay.mend();

      await()
          .atMost(LIMIT)
          .until(() -> stack.client().namespaces().withName(namespace).get() == null);
      assertThat(fleet.get("Retain"))
          .allMatch(object -> tenants.stored(object).get("status").asText().equals("active"));
      assertThat(fleet.get("Suspend"))
          .allMatch(object -> tenants.stored(object).get("status").asText().equals("suspended"));
      assertThat(fleet.get("Delete"))
          .allMatch(
              object -> tenants.stored(object).path("code").asText().equals("TENANT_NOT_FOUND"));
    }
  }

  @Test
  void kubectlWaitTellsReadyFailedAndDeletingApart() throws Exception {
    try (TcpRelay relay = new TcpRelay("localhost", stack.tenantUrl().getPort());
        ServiceProcess operator =
            stack.startOperator(with("TENANT_URL", "http://localhost:" + relay.port()))) {
      operator.awaitStatus("/q/health/ready", 200);
      relay.cut();
      tenants.apply("slow", "deletionPolicy: Suspend");
      assertThat(waitFor("slow", "Reconciling").status()).isZero();
      assertThat(waitFor("slow", "Ready=False").status()).isZero();
      relay.mend();
      assertThat(waitFor("slow", "Ready").status()).isZero();

      tenants.apply("failed", "blueprint: no-such-blueprint");
      assertThat(waitFor("failed", "Stalled").status()).isZero();

      relay.cut();
      stack.kubernetes().kubectl("delete", "tnt", "slow", "--wait=false", "--namespace", namespace);
      assertThat(waitFor("slow", "Deleting").status()).isZero();
      relay.mend();
      Result gone =
          stack
              .kubernetes()
              .tryKubectl(
                  "",
                  "wait",
                  "--for=delete",
                  "tnt/slow",
                  "--timeout=60s",
                  "--namespace",
                  namespace);
      assertThat(gone.status()).isZero();
    }
  }

  private Result waitFor(String name, String condition) {
    return stack
        .kubernetes()
        .tryKubectl(
            "",
            "wait",
            "--for=condition=" + condition,
            "tnt/" + name,
            "--timeout=60s",
            "--namespace",
            namespace);
  }

  /** Settings of an operator for this test's namespace, with a Lease of its own. */
  private Map<String, String> own() {
    return Map.of(
        "OPERATOR_NAMESPACES",
        namespace,
        "OPERATOR_LEASE_NAME",
        namespace,
        // On a slow machine a leader must not lose a short lease, and exit, before it is killed.
        "OPERATOR_LEASE_DURATION",
        "15s");
  }

  private Map<String, String> with(String name, String value) {
    Map<String, String> settings = new HashMap<>(own());
    settings.put(name, value);
    return settings;
  }

  private static boolean isLeader(ServiceProcess operator) {
    return operator.log().contains("Started event processing");
  }

  private List<Tenant> objects() {
    KubernetesClient client = stack.client();
    return client.resources(Tenant.class).inNamespace(namespace).list().getItems();
  }

  private long count(Predicate<Tenant> condition) {
    return objects().stream().filter(condition).count();
  }

  private Set<String> ids() {
    return objects().stream()
        .map(object -> object.getStatus().tenantId())
        .collect(Collectors.toSet());
  }

  /** The ids of the tenants in the registry that belong to these objects. */
  private Set<String> owned(Set<String> owners) {
    JsonNode page = stack.request("GET", "/api/v1/tenants?limit=500&environment=development", "");
    return StreamSupport.stream(page.get("items").spliterator(), false)
        .filter(tenant -> owners.contains(tenant.path("external_id").asText()))
        .map(tenant -> tenant.get("tenant_id").asText())
        .collect(Collectors.toSet());
  }
}
