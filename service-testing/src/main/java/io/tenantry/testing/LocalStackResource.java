package io.tenantry.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tenantry.localstack.LocalStack;
import java.util.HashMap;
import java.util.Map;

/**
 * Provides Quarkus tests with the shared stack: its environment as configuration, and the stack
 * itself in every field of type {@link LocalStack} of a test class.
 *
 * <p>The stack outlives the resource: Quarkus recreates resources whenever it restarts the
 * application between test classes, but there is one stack per JVM.
 */
public final class LocalStackResource implements QuarkusTestResourceLifecycleManager {

  /** The key of an operator, for tests that need a second caller of the admin API. */
  public static final String OPERATOR_KEY = "operator-key-of-the-tests";

  /** The key of a viewer. */
  public static final String VIEWER_KEY = "viewer-key-of-the-tests";

  static {
    AwaitilityDefaults.pollImmediately();
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> environment = new HashMap<>(LocalStack.shared().environment());
    environment.put("TENANTRY_OPERATOR_KEY", OPERATOR_KEY);
    environment.put("TENANTRY_VIEWER_KEY", VIEWER_KEY);
    // A shell in which deploy/local/up's variables are exported names another key, which would
    // count as this property.
    environment.put("tenantry.admin.key", LocalStack.shared().variable("TENANTRY_ADMIN_KEY"));
    return environment;
  }

  @Override
  public void inject(TestInjector testInjector) {
    testInjector.injectIntoFields(
        LocalStack.shared(), new TestInjector.MatchesType(LocalStack.class));
  }

  @Override
  public void stop() {}
}
