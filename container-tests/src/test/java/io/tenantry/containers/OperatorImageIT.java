package io.tenantry.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The image of the operator, as pods run it, without an API server: the operator's own tests run
 * the same build with one.
 */
@EnabledIfSystemProperty(
    named = "tenantry.images.tag",
    matches = ".+",
    disabledReason = "no images were made: deploy/docker/test makes and tests them")
@Tag("P7")
@Tag("P8")
class OperatorImageIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void startsReadOnlyWithoutRootAndCapabilitiesAndStopsBySigterm() throws Exception {
    String image = "tenantry/operator:" + System.getProperty("tenantry.images.tag");
    try (GenericContainer<?> operator = new GenericContainer<>(DockerImageName.parse(image))) {
      operator
          .withEnv(
              Map.of(
                  "TENANTRY_ADMIN_KEY", "0123456789abcdef",
                  "KUBERNETES_NAMESPACE", "tenantry",
                  "KUBERNETES_MASTER", "http://127.0.0.1:1",
                  "QUARKUS_OPERATOR_SDK_ASYNC_START", "true"))
          .withTmpFs(Map.of("/tmp", "rw,exec,size=64m"))
          .withCreateContainerCmdModifier(
              command -> {
                HostConfig host = command.getHostConfig();
                host.withReadonlyRootfs(true);
                host.withCapDrop(Capability.ALL);
                host.withSecurityOpts(List.of("no-new-privileges:true"));
              });
      operator.start();

      // The image's own check.
      await()
          .atMost(LIMIT)
          .until(() -> "healthy".equals(inspect(operator).getState().getHealth().getStatus()));
      assertThat(inspect(operator).getConfig().getUser()).isEqualTo("10001:10001");
      assertThat(inspect(operator).getConfig().getLabels())
          .containsEntry("org.opencontainers.image.title", "Tenantry operator");
      assertThat(operator.execInContainer("cat", "/proc/1/status").getStdout())
          .containsPattern("Uid:\\s+10001\\s+10001")
          .containsPattern("CapEff:\\s+0000000000000000");
      operator.getDockerClient().stopContainerCmd(operator.getContainerId()).withTimeout(10).exec();
      assertThat(inspect(operator).getState().getExitCodeLong()).isNotEqualTo(137);
    }
  }

  private static InspectContainerResponse inspect(GenericContainer<?> container) {
    return container.getDockerClient().inspectContainerCmd(container.getContainerId()).exec();
  }
}
