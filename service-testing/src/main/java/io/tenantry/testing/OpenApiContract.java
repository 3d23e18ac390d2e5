package io.tenantry.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The checked-in {@code openapi.yaml} of a service equals the document that it serves, so that
 * changes of the API are visible in reviews.
 */
public final class OpenApiContract {

  /** The system property that makes the test write the file instead of comparing it. */
  public static final String UPDATE = "tenantry.openapi.update";

  private static final Path CHECKED_IN = Path.of("openapi.yaml");

  private OpenApiContract() {}

  /**
   * Compares the two, or writes the file if {@value #UPDATE} is true.
   *
   * @param service the URL of the service under test
   * @throws AssertionError if they differ, naming the first difference
   */
  public static void check(URI service, String adminKey) {
    ServiceHttp.Answer answer = new ServiceHttp(service).get("/q/openapi", adminKey);
    if (answer.status() != 200) {
      throw new AssertionError("/q/openapi answered " + answer);
    }
    try {
      if (Boolean.getBoolean(UPDATE)) {
        Files.writeString(CHECKED_IN, answer.body());
      }
      compare(Files.exists(CHECKED_IN) ? Files.readAllLines(CHECKED_IN) : List.of(), answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(List<String> checkedIn, ServiceHttp.Answer answer) {
    List<String> served = answer.body().lines().toList();
    for (int i = 0; i < Math.max(checkedIn.size(), served.size()); i++) {
      String expected = i < checkedIn.size() ? checkedIn.get(i) : "(nothing)";
      String actual = i < served.size() ? served.get(i) : "(nothing)";
      if (!expected.equals(actual)) {
        throw new AssertionError(
            """
            The service serves another API than openapi.yaml; -D%s=true updates the file. First difference, in line %d:
            checked in: %s
            served:     %s
            """
                .formatted(UPDATE, i + 1, expected, actual));
      }
    }
  }
}
