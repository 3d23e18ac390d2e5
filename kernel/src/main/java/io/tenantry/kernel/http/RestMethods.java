package io.tenantry.kernel.http;

import io.tenantry.kernel.error.ErrorCode;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/** The resource methods of a service, by the operations of its OpenAPI document. */
final class RestMethods {

  private static final String HTTP_METHODS = "jakarta.ws.rs.";

  /** A parameter's regular expression, which may contain braces. */
  private static final Pattern EXPRESSION = Pattern.compile(":(?:[^{}]|\\{[^{}]*})*}");

  private final Map<String, MethodInfo> methods = new HashMap<>();

  RestMethods(IndexView index) {
    for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
      for (AnnotationInstance annotation : index.getAnnotations(HTTP_METHODS + method)) {
        MethodInfo found = annotation.target().asMethod();
        methods.put(operation(method, path(found)), found);
      }
    }
  }

  /** The method of an operation; empty if the router answers it. */
  Optional<MethodInfo> find(String httpMethod, String path) {
    return Optional.ofNullable(methods.get(operation(httpMethod, path)));
  }

  /** The codes in a method's {@link Refuses}. */
  static List<ErrorCode> refusals(MethodInfo method) {
    return Optional.ofNullable(method.annotation(Refuses.class)).stream()
        .flatMap(refuses -> Arrays.stream(refuses.value().asEnumArray()))
        .map(ErrorCode::valueOf)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static String operation(String method, String path) {
    return method + " " + path;
  }

  private static String path(MethodInfo method) {
    return Stream.of(method.declaringClass(), method)
        .map(RestMethods::ownPath)
        .flatMap(path -> Arrays.stream(EXPRESSION.matcher(path).replaceAll("}").split("/")))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("/", "/", ""));
  }

  private static String ownPath(AnnotationTarget target) {
    return Optional.ofNullable(target.declaredAnnotation(Path.class))
        .map(AnnotationInstance::value)
        .map(AnnotationValue::asString)
        .orElse("");
  }
}
