package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P9")
class KubernetesTest {

  @TempDir private Path folder;

  @Test
  void usesConfigurationOfRunningServerAndLeavesItRunning() throws IOException {
    Path kubeconfig = Files.writeString(folder.resolve("config"), "");
    Kubernetes kubernetes = kubernetes(kubeconfig);

    assertThat(kubernetes.kubeconfig()).isEqualTo(kubeconfig);
    kubernetes.stop();
    assertThat(folder.resolve("local")).doesNotExist();
  }

  @Test
  void keepsServerThatItStartsWithOtherData() throws IOException {
    assertThat(kubernetes(Files.createDirectory(folder.resolve("tools"))).kubeconfig())
        .isEqualTo(folder.resolve("local/kubernetes/kubeconfig"));
  }

  @Test
  void reportsLastLineOfProgramThatFails() throws IOException {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    Path start = Files.writeString(tools.resolve("start"), "#!/bin/sh\necho no etcd >&2\nexit 1\n");
    assertThat(start.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> kubernetes(tools).start())
        .isInstanceOf(LocalStackException.class)
        .hasMessageContaining("start failed")
        .hasMessageContaining("kubernetes.log: no etcd");
  }

  private Kubernetes kubernetes(Path source) {
    return Kubernetes.of(folder, source, new Directories(folder, folder.resolve("local")));
  }
}
