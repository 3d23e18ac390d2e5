package io.tenantry.cli.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A path below a service's address, with its query; every value is encoded. */
public record Target(String path) {

  /** A path whose {@code {}} are filled with values, in order. */
  public static Target of(String template, Object... values) {
    StringBuilder path = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int gap = template.indexOf("{}", from);
      path.append(template, from, gap).append(encoded(value));
      from = gap + 2;
    }
    return new Target(path.append(template.substring(from)).toString());
  }

  /** Adds a query parameter; a null value is omitted. */
  public Target with(String name, @Nullable Object value) {
    return value == null
        ? this
        : new Target(path + (path.indexOf('?') < 0 ? '?' : '&') + name + '=' + encoded(value));
  }

  private static String encoded(Object value) {
    return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }
}
