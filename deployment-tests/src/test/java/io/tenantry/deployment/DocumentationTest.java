package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What the documentation tells its reader to ask the services. */
class DocumentationTest {

  /** {@code GET /api/v1/tenants?name_prefix=}, with the query apart. */
  private static final Pattern REQUEST =
      Pattern.compile(
          "\\b(GET|POST|PUT|PATCH|DELETE)\\s+(/api/v1/[^\\s`?\"\\\\]+)(?:\\?([^\\s`\"]*))?");

  private static final List<String> SERVICES =
      List.of("tenant-service", "ingestion-service", "backup-service");

  /** One operation of a service's API. */
  private record Operation(String method, Pattern path, Set<String> parameters) {

    boolean takes(String request, String address, List<String> names) {
      return method.equals(request)
          && path.matcher(address).matches()
          && parameters.containsAll(names);
    }
  }

  @Test
  @Tag("P7")
  void documentsOnlyRequestsThatServicesAccept() throws IOException {
    List<Operation> operations = operations();
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Path file : documents()) {
      Matcher request = REQUEST.matcher(Files.readString(file));
      while (request.find()) {
        found++;
        String address = request.group(2).replaceAll("\\{[^}]*}", "x").replaceAll("[.,;:]+$", "");
        List<String> names =
            request.group(3) == null
                ? List.of()
                : Stream.of(request.group(3).split("&", -1))
                    .map(each -> each.replaceFirst("=.*", ""))
                    .toList();
        if (operations.stream().noneMatch(each -> each.takes(request.group(1), address, names))) {
          wrong.add(file.getFileName() + ": " + request.group());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).isPositive();
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("../docs"))) {
      return Stream.concat(
              Stream.of(Path.of("../README.md")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .sorted()
          .toList();
    }
  }

  private static List<Operation> operations() throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (String service : SERVICES) {
      Map<?, ?> api = new Yaml().load(Files.readString(Path.of("..", service, "openapi.yaml")));
      ((Map<?, ?>) api.get("paths"))
          .forEach(
              (path, methods) -> {
                Pattern address = Pattern.compile(path.toString().replaceAll("\\{[^}]*}", "[^/]+"));
                ((Map<?, ?>) methods)
                    .forEach(
                        (method, operation) ->
                            operations.add(
                                new Operation(
                                    method.toString().toUpperCase(Locale.ROOT),
                                    address,
                                    parameters((Map<?, ?>) operation))));
              });
    }
    return operations;
  }

  private static Set<String> parameters(Map<?, ?> operation) {
    Set<String> names = new HashSet<>();
    if (operation.get("parameters") instanceof List<?> parameters) {
      for (Object each : parameters) {
        Map<?, ?> parameter = (Map<?, ?>) each;
        if ("query".equals(parameter.get("in"))) {
          names.add(parameter.get("name").toString());
        }
      }
    }
    return names;
  }
}
