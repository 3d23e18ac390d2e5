package io.tenantry.benchmarks;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates tenants with {@code POST /api/v1/tenants}. */
final class TenantPosts {

  private static final Pattern TENANT_ID = Pattern.compile("\"tenant_id\":\"([0-9a-f-]{36})\"");

  private static final String TAKEN = "taken";

  private final Service service;
  private final String blueprint;
  private final Queue<String> created = new ConcurrentLinkedQueue<>();

  TenantPosts(Service service) {
    this(service, "car");
  }

  TenantPosts(Service service, String blueprint) {
    this.service = service;
    this.blueprint = blueprint;
  }

  void provision() throws IOException, InterruptedException {
    provision(UUID.randomUUID().toString());
  }

  /** Creates the tenant whose name {@link #postTakenName} uses. */
  void takeName() throws IOException, InterruptedException {
    provision(TAKEN);
    created.clear();
  }

  private void provision(String name) throws IOException, InterruptedException {
    HttpResponse<String> response = service.send("POST", "/api/v1/tenants", body(name));
    Matcher id = TENANT_ID.matcher(response.body());
    if (response.statusCode() != 201 || !id.find()) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    created.add(id.group(1));
  }

  /**
   * Requests a tenant with a name that is taken: the request reaches the control database, but
   * creates nothing.
   */
  void postTakenName() throws IOException, InterruptedException {
    service.send("POST", "/api/v1/tenants", body(TAKEN));
  }

  /** Deletes all tenants it created. */
  void clear() throws IOException, InterruptedException {
    for (String id = created.poll(); id != null; id = created.poll()) {
      service.send("DELETE", "/api/v1/tenants/" + id + "?final_backup=false", "");
    }
  }

  private String body(String name) {
    return "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\"}"
        .formatted(name, blueprint);
  }
}
