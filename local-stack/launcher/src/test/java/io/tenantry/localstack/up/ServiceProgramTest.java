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

class ServiceProgramTest {

  private static final Path TEMPORARY = Path.of("/run/tmp/tenant-service");

  @TempDir private Path checkout;

  private Path executable(String name) throws IOException {
    Path target = Files.createDirectories(checkout.resolve("tenant-service/target"));
    Path file = Files.createFile(target.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private ServiceProgram find(ServiceProgram.Kind kind) {
    return ServiceProgram.find(kind, checkout.resolve("tenant-service"));
  }

  @Test
  @Tag("N4")
  @Tag("N8")
  void startsAnExecutableWithALimitedHeapAndATemporaryFolderOfItsOwn() throws IOException {
    Path runner = executable("tenantry-tenant-service-0.1.0-runner");

    assertThat(find(ServiceProgram.Kind.NATIVE).command(TEMPORARY))
        .containsExactly(runner.toString(), "-Xmx256m", "-Djava.io.tmpdir=" + TEMPORARY);
  }

  @Test
  void saysInOneLineThatThereIsNoExecutable() {
    assertThatThrownBy(() -> find(ServiceProgram.Kind.NATIVE))
        .isInstanceOf(LocalStackException.class)
        .hasMessageStartingWith("tenant-service has no native executable")
        .hasMessageContaining("mvn -Dnative -DskipTests package")
        .hasMessageNotContaining("\n");
  }

  @Test
  void startsNoneOfTwoExecutables() throws IOException {
    executable("tenantry-tenant-service-0.1.0-runner");
    executable("tenantry-tenant-service-0.2.0-runner");

    assertThatThrownBy(() -> find(ServiceProgram.Kind.NATIVE))
        .hasMessageContaining("more than one");
  }

  @Test
  void saysThatAServiceIsNotBuiltForTheJvm() {
    assertThatThrownBy(() -> find(ServiceProgram.Kind.JVM))
        .isInstanceOf(LocalStackException.class)
        .hasMessageStartingWith("tenant-service is not built");
  }
}
