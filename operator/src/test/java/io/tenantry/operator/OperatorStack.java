package io.tenantry.operator;

import static io.tenantry.testing.Polling.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.KubernetesControlPlane;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A Kubernetes API server with the definitions, the packaged tenant-service and backup-service, and
 * an operator for all namespaces, started once for all tests.
 */
public final class OperatorStack {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Shorter intervals than the shipped ones, in which tests would only wait. */
  private static final Map<String, String> QUICK =
      Map.of(
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_LIFECYCLE_RECOVERY_INTERVAL", "500ms",
          "TENANTRY_LIFECYCLE_RETRY_DELAY", "500ms",
          "TENANTRY_RESTORE_BUSY_DELAY", "200ms",
          "TENANTRY_BACKUP_MAKING_BUSY_DELAY", "200ms",
          "TENANTRY_OPERATOR_RETRY_DELAY", "300ms",
          "TENANTRY_OPERATOR_MAX_RETRY_DELAY", "1s",
          "TENANTRY_OPERATOR_DELETION_DELAY", "500ms",
          "OPERATOR_LEASE_DURATION", "3s");

  private static OperatorStack shared;

  private final KubernetesControlPlane kubernetes;
  private final KubernetesClient client;
  private final String home;
  private final ServiceProcess tenantService;
  private final ServiceProcess backupService;

  private OperatorStack(KubernetesControlPlane kubernetes) {
    this.kubernetes = kubernetes;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubernetes.kubeconfigContent()))
            .build();
    this.home = kubernetes.createNamespace("tenantry-system");
    kubernetes.kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "--kustomize=" + PROJECT.resolve("deploy/kubernetes/crds"));
    kubernetes.kubectl("wait", "--for=condition=Established", "crd/tenants.tenantry.io");
    this.tenantService = launch("tenant-service", Map.of());
    this.backupService = launch("backup-service", Map.of());
    tenantService.awaitStatus("/q/health/ready", 200);
    backupService.awaitStatus("/q/health/ready", 200);
  }

  /** The stack without an operator. */
  public static synchronized OperatorStack withoutOperator() {
    KubernetesControlPlane kubernetes = KubernetesControlPlane.shared();
    if (shared == null) {
      shared = new OperatorStack(kubernetes);
    }
    return shared;
  }

  private static ServiceProcess operator;

  /** The stack with one operator. */
  public static synchronized OperatorStack shared() {
    OperatorStack stack = withoutOperator();
    if (operator == null) {
      ServiceProcess started = stack.startOperator(Map.of());
      LocalStack.shared().beforeClose(started::close);
      started.awaitStatus("/q/health/ready", 200);
      operator = started;
    }
    return stack;
  }

  /** Stops the operator of {@link #shared()}, for tests that start their own. */
  public static synchronized void stopSharedOperator() {
    if (operator != null) {
      operator.terminate();
      operator = null;
    }
  }

  private static ServiceProcess launch(String module, Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(QUICK);
    // A store belongs to one installation, and each run is another one.
    settings.put(
        "TENANT_BACKUP_PATH",
        Path.of(
                "target",
                "backups",
                "run-" + ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli())
            .toAbsolutePath()
            .toString());
    settings.putAll(changes);
    ServiceProcess service = ServiceProcess.launch(PROJECT.resolve(module), settings);
    LocalStack.shared().beforeClose(service::close);
    return service;
  }

  /**
   * Starts another operator, which the caller stops, without waiting for it.
   *
   * @param changes of its environment
   */
  public ServiceProcess startOperator(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(QUICK);
    settings.put("KUBECONFIG", kubernetes.kubeconfig().toString());
    settings.put("KUBERNETES_NAMESPACE", home);
    settings.put("TENANT_URL", tenantService.address().toString());
    settings.put("BACKUP_URL", backupService.address().toString());
    settings.putAll(changes);
    return ServiceProcess.launch(PROJECT.resolve("operator"), settings);
  }

  /** The cluster. */
  public KubernetesControlPlane kubernetes() {
    return kubernetes;
  }

  /** A client with all rights. */
  public KubernetesClient client() {
    return client;
  }

  /** The operator's own namespace. */
  public String home() {
    return home;
  }

  /** The address of tenant-service. */
  public URI tenantUrl() {
    return tenantService.address();
  }

  /** The address of backup-service. */
  public URI backupUrl() {
    return backupService.address();
  }

  /** Waits until an object is as expected; returns it. */
  public <T extends HasMetadata> T awaitObject(T object, Predicate<T> expected) {
    return await()
        .conditionEvaluationListener(
            new org.awaitility.core.ConditionEvaluationListener<>() {
              @Override
              public void conditionEvaluated(
                  org.awaitility.core.EvaluatedCondition<Object> condition) {}

              @Override
              public void onTimeout(org.awaitility.core.TimeoutEvent event) {
                System.err.println("last seen: " + client.resource(object).get());
              }
            })
        .until(() -> client.resource(object).get(), found -> found != null && expected.test(found));
  }

  /** Waits until an object is gone. */
  public void awaitGone(HasMetadata object) {
    await().until(() -> client.resource(object).get() == null);
  }

  /** A response of tenant-service to an administrator. */
  public JsonNode request(String method, String path, String body) {
    return request(tenantUrl(), method, path, body);
  }

  /** A response of a service to an administrator; a missing node if it has no body. */
  public static JsonNode request(URI service, String method, String path, String body) {
    try {
      HttpResponse<String> response =
          HTTP.send(
              HttpRequest.newBuilder(service.resolve(path))
                  .header(
                      "Authorization",
                      "Bearer " + LocalStack.shared().variable("TENANTRY_ADMIN_KEY"))
                  .header("Content-Type", "application/json")
                  .method(
                      method,
                      body.isEmpty()
                          ? HttpRequest.BodyPublishers.noBody()
                          : HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
