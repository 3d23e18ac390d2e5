package io.tenantry.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Each operation of a service that changes something records its tenants in the audit log. A test
 * that lists the operations fails when one is added.
 */
public final class AuditContract {

  private static final Path OPEN_API = Path.of("openapi.yaml");
  private static final Set<String> CHANGING = Set.of("post", "put", "patch", "delete");

  private AuditContract() {}

  /**
   * Compares the operations of {@code openapi.yaml} with those that a test names.
   *
   * @param named operations, such as {@code POST /api/v1/restores}, that declare tenants which are
   *     not in their path
   * @param withoutTenant operations that concern no tenant, or do not belong to the admin API
   * @throws AssertionError if an operation is in neither set, or needlessly in one
   */
  public static void check(Set<String> named, Set<String> withoutTenant) {
    Set<String> expected = new TreeSet<>(named);
    expected.addAll(withoutTenant);
    Set<String> actual = new TreeSet<>(changingWithoutTenantInPath());
    if (!actual.equals(expected)) {
      Set<String> missing = new TreeSet<>(actual);
      missing.removeAll(expected);
      expected.removeAll(actual);
      throw new AssertionError(
          "Say how the audit log finds the tenants of %s; these need not be named: %s"
              .formatted(missing, expected));
    }
  }

  private static List<String> changingWithoutTenantInPath() {
    List<String> operations = new ArrayList<>();
    String path = "";
    for (String line : lines()) {
      if (line.startsWith("  /")) {
        path = line.strip().replaceFirst(":$", "");
      } else if (line.matches("    [a-z]+:") && !hasTenant(path)) {
        String method = line.strip().replace(":", "");
        if (CHANGING.contains(method)) {
          operations.add(method.toUpperCase(Locale.ROOT) + " " + path);
        }
      }
    }
    return operations;
  }

  private static boolean hasTenant(String path) {
    return path.contains("{tenant_id}") || path.contains("{project_id}");
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(OPEN_API).stream()
          .dropWhile(line -> !line.equals("paths:"))
          .takeWhile(line -> !line.equals("components:"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
