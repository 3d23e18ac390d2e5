package io.tenantry.deployment.natives;

import io.tenantry.deployment.natives.MethodFlow.Call;
import io.tenantry.deployment.natives.MethodFlow.Store;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Signature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the types that this project's code gives to Jackson, in calls of its mapper, readers and
 * writers and of what answers requests, through methods of the project that pass a parameter on and
 * records that hold it in between.
 */
final class JacksonCalls {

  private static final Set<String> MAPPERS =
      Set.of(
          "com/fasterxml/jackson/databind/ObjectMapper",
          "com/fasterxml/jackson/databind/ObjectReader",
          "com/fasterxml/jackson/databind/ObjectWriter",
          "com/fasterxml/jackson/databind/json/JsonMapper",
          "com/fasterxml/jackson/dataformat/yaml/YAMLMapper");

  private static final Set<String> ANSWERS =
      Set.of(
          "jakarta/ws/rs/core/Response",
          "jakarta/ws/rs/core/Response$ResponseBuilder",
          "org/jboss/resteasy/reactive/RestResponse",
          "org/jboss/resteasy/reactive/RestResponse$ResponseBuilder");

  /** What holds no value of another type. */
  private static final Set<String> PLAIN =
      Set.of("[B", "Ljava/lang/String;", "Ljava/io/InputStream;", "Z", "I", "J", "D");

  private record MethodBody(ClassModel type, MethodModel method, MethodFlow flow) {}

  private final ProjectClasses project;
  private final List<MethodBody> bodies = new ArrayList<>();

  /** Parameters and fields whose values reach Jackson. */
  private final Set<String> sinks = new HashSet<>();

  JacksonCalls(ProjectClasses project) {
    this.project = project;
    for (ClassModel type : project.all()) {
      for (MethodModel method : type.methods()) {
        bodies.add(new MethodBody(type, method, new MethodFlow(project, type, method)));
      }
    }
  }

  /** Adds what reaches Jackson. */
  void addTo(JsonTypes types) {
    int known;
    do {
      known = sinks.size();
      for (MethodBody body : bodies) {
        for (Call call : body.flow.calls()) {
          for (int i = 0; i < call.arguments().size(); i++) {
            if (isJackson(call) || sinks.contains(parameter(call, i))) {
              reach(body, call.arguments().get(i), types);
            }
          }
        }
        for (Store store : body.flow.stores()) {
          if (sinks.contains(store.owner() + '.' + store.name())) {
            reach(body, store.value(), types);
          }
        }
      }
    } while (sinks.size() > known);
  }

  /** All calls that the project's code makes. */
  Stream<Call> calls() {
    return bodies.stream().flatMap(body -> body.flow.calls().stream());
  }

  private static boolean isJackson(Call call) {
    if (MAPPERS.contains(call.owner())) {
      return Stream.of("read", "write", "tree", "value", "convert", "for", "update")
          .anyMatch(call.name()::startsWith);
    }
    return ANSWERS.contains(call.owner()) && Set.of("entity", "ok").contains(call.name());
  }

  private void reach(MethodBody body, Set<Fact> facts, JsonTypes types) {
    String where =
        "given to Jackson in "
            + ProjectClasses.name(body.type)
            + '.'
            + body.method.methodName().stringValue();
    for (Fact fact : facts) {
      switch (fact) {
        case Fact.Typed typed -> types.add(typed.type(), where);
        case Fact.ClassConstant constant -> types.add(Signature.of(constant.type()), where);
        case Fact.FromParameter parameter -> addParameter(body, parameter.index());
        case Fact.FromField field -> addField(field);
        case Fact.Text _ -> {}
      }
    }
  }

  private void addParameter(MethodBody body, int index) {
    String descriptor = body.method.methodType().stringValue();
    if (!PLAIN.contains(body.method.methodTypeSymbol().parameterType(index).descriptorString())) {
      String name = body.method.methodName().stringValue();
      addParameter(body.type, name, descriptor, index);
    }
  }

  /** Callers may know the method by the class or by what it overrides. */
  private void addParameter(ClassModel type, String name, String descriptor, int index) {
    sinks.add(parameter(type.thisClass().asInternalName(), name, descriptor, index));
    Stream.concat(type.superclass().stream(), type.interfaces().stream())
        .flatMap(parent -> project.find(parent.asInternalName()).stream())
        .forEach(parent -> addParameter(parent, name, descriptor, index));
  }

  private void addField(Fact.FromField field) {
    project
        .field(field.owner(), field.name())
        .filter(found -> !PLAIN.contains(found.fieldType().stringValue()))
        .ifPresent(_ -> sinks.add(field.owner() + '.' + field.name()));
  }

  private static String parameter(Call call, int index) {
    return parameter(call.owner(), call.name(), call.descriptor(), index);
  }

  private static String parameter(String owner, String name, String descriptor, int index) {
    return owner + '.' + name + descriptor + index;
  }
}
