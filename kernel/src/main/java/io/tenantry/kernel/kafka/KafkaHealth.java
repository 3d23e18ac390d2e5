package io.tenantry.kernel.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready only while a broker responds. Quarkus's own check would wait a minute for an unavailable
 * broker, longer than any probe.
 */
@Singleton
@Readiness
public final class KafkaHealth implements HealthCheck {

  private final Admin admin;
  private final DescribeClusterOptions options;

  KafkaHealth(Admin admin, Config config) {
    this.admin = admin;
    this.options = new DescribeClusterOptions().timeoutMs((int) config.timeout().toMillis());
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("kafka").status(answers()).build();
  }

  private boolean answers() {
    try {
      admin.describeCluster(options).clusterId().get();
      return true;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @ConfigMapping(prefix = "tenantry.kafka.health")
  interface Config {

    /** How long a broker may take to respond before it counts as unavailable. */
    @WithDefault("${tenantry.kafka.health.patience:2s}")
    Duration timeout();
  }
}
