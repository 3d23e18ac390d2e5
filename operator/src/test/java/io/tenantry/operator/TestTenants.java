package io.tenantry.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tenantry.operator.v1alpha1.Tenant;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tenants of one namespace, for tests of other resources. */
public final class TestTenants {

  private final OperatorStack stack;
  private final String namespace;

  /** Tenants in a namespace of their own. */
  public TestTenants(OperatorStack stack, String purpose) {
    this.stack = stack;
    this.namespace = stack.kubernetes().createNamespace(purpose);
  }

  /** The namespace. */
  public String namespace() {
    return namespace;
  }

  /** Creates a tenant with a unique name and waits until it is ready. */
  public Tenant create(String name) {
    Tenant object =
        apply(
            Tenant.class,
            name,
            "name: t%s\nenvironment: development"
                .formatted(UUID.randomUUID().toString().substring(0, 8)));
    return stack.awaitObject(object, is("Ready", "True Ready"));
  }

  /** Applies an object. */
  public <T extends HasMetadata> T apply(Class<T> type, String name, String spec) {
    return stack.client().resource(Objects.parse(type, namespace, name, spec)).serverSideApply();
  }

  /** Waits until an object has a condition, by status and reason. */
  public <T extends HasMetadata> T await(T object, String type, String expected) {
    return stack.awaitObject(object, is(type, expected));
  }

  private static <T extends HasMetadata> java.util.function.Predicate<T> is(
      String type, String expected) {
    return object -> Objects.condition(object, type).equals(Optional.of(expected));
  }

  /** Runs SQL as an application of a tenant that is bound to its Secret. */
  public List<String> query(Tenant tenant, String... sql) throws SQLException {
    Map<String, String> secret =
        stack
            .client()
            .secrets()
            .inNamespace(namespace)
            .withName(tenant.secretName())
            .get()
            .getData();
    List<String> found = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(
                decode(secret.get("jdbc-url")),
                decode(secret.get("username")),
                decode(secret.get("password")));
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        if (statement.execute(one)) {
          ResultSet rows = statement.getResultSet();
          while (rows.next()) {
            found.add(rows.getString(1));
          }
        }
      }
    }
    return found;
  }

  private static String decode(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }
}
