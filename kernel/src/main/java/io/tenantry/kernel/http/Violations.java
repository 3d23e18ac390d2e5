package io.tenantry.kernel.http;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.tenantry.kernel.error.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Converts violations of Bean Validation to the field names that callers use. */
final class Violations {

  private Violations() {}

  static List<FieldError> of(Collection<? extends ConstraintViolation<?>> violations) {
    return violations.stream()
        .map(v -> new FieldError(path(v.getPropertyPath()), v.getMessage()))
        .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
        .toList();
  }

  /**
   * The path without the names of the resource method and of its bean parameter, which callers do
   * not know.
   */
  private static String path(Path path) {
    StringBuilder name = new StringBuilder();
    boolean isParameter = false;
    for (Path.Node node : path) {
      if (node.getKind() == ElementKind.METHOD) {
        continue;
      }
      if (isParameter && node.getKind() == ElementKind.PROPERTY) {
        name.setLength(0);
      }
      isParameter = node.getKind() == ElementKind.PARAMETER;
      if (node.getIndex() != null) {
        name.append('[').append(node.getIndex()).append(']');
      }
      if (node.getName() != null && !node.getName().startsWith("<")) {
        name.append(name.isEmpty() ? "" : ".").append(snakeCase(node.getName()));
      }
    }
    return name.toString();
  }

  private static String snakeCase(String javaName) {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(javaName);
  }
}
