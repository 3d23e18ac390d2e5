package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one host share a temporary folder, but no file in it. */
class TemporaryFolderIT {

  @TempDir private Path shared;

  @Test
  @Tag("N4")
  void unpacksLibrariesIntoFolderPerProcess() throws Exception {
    Map<String, String> changes =
        Map.of(
            "JAVA_TOOL_OPTIONS",
            "-XX:-UsePerfData -Djava.io.tmpdir=" + shared,
            "TENANTRY_EXTRACTION_ENABLED",
            "false",
            "TENANTRY_DEAD_LETTERS_ENABLED",
            "false",
            "SHUTDOWN_DELAY",
            "0s");
    try (ServiceProcess first = ServiceProcess.launch(changes);
        ServiceProcess second = ServiceProcess.launch(changes)) {
      first.awaitStatus("/q/health/ready", 200);
      second.awaitStatus("/q/health/ready", 200);
      TestTenant tenant = TestTenant.withInbox();
      send(first, tenant);
      send(second, tenant);
      // The library that the first process has mapped is unchanged.
      send(first, tenant);

      List<Path> folders =
          list(shared).stream()
              .filter(path -> path.getFileName().toString().startsWith("tenantry-ingestion-"))
              .toList();
      assertThat(folders).hasSize(2);
      for (Path folder : folders) {
        assertThat(list(folder)).anyMatch(file -> file.toString().contains("snappy"));
      }
      assertThat(list(shared)).noneMatch(file -> file.toString().endsWith(".so"));
      second.terminate();
      first.terminate();
    }
    assertThat(list(shared))
        .noneMatch(path -> path.getFileName().toString().startsWith("tenantry-ingestion-"));
  }

  private static void send(ServiceProcess service, TestTenant tenant) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(service.address().resolve("/api/v1/events"))
                  .header("X-API-Key", tenant.key())
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"t\",\"data\":{\"n\":1}}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
