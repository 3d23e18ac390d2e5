package io.tenantry.deployment.natives;

import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodSignature;
import java.lang.classfile.Signature;
import java.lang.classfile.Signature.ArrayTypeSig;
import java.lang.classfile.Signature.ClassTypeSig;
import java.lang.classfile.Signature.TypeArg;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The types of this project that Jackson reads or writes: those that are given to it, and whatever
 * their components, type arguments and subtypes are made of, enums included.
 */
final class JsonTypes {

  private static final String REGISTER = "io.quarkus.runtime.annotations.RegisterForReflection";
  private static final String PATH = "jakarta.ws.rs.Path";
  private static final String JACKSON = "com.fasterxml.jackson.annotation.";
  private static final String IGNORED = JACKSON + "JsonIgnore";

  private final ProjectClasses project;
  private final Map<String, String> reasons = new TreeMap<>();
  private final Deque<ClassModel> waiting = new ArrayDeque<>();

  JsonTypes(ProjectClasses project) {
    this.project = project;
  }

  /** Adds a type and everything it is made of. */
  void add(Signature type, String reason) {
    collect(type, reason);
    while (!waiting.isEmpty()) {
      walk(waiting.remove());
    }
  }

  /** The types' names, each with why it is one of them. */
  Map<String, String> all() {
    return reasons;
  }

  /** The types whose annotations show that Jackson handles them, and the bodies of requests. */
  void addAnnotated() {
    for (ClassModel type : project.all()) {
      Set<String> annotations = ProjectClasses.annotations(type);
      boolean isRecord = type.findAttribute(Attributes.record()).isPresent();
      if (isAnnotated(type)) {
        add(Signature.of(type.thisClass().asSymbol()), "has an annotation of Jackson's");
      } else if (isRecord && annotations.contains(REGISTER)) {
        add(Signature.of(type.thisClass().asSymbol()), "is registered for reflection");
      }
      if (annotations.contains(PATH)) {
        type.methods().stream().filter(JsonTypes::answersRequests).forEach(this::addBodies);
      }
    }
  }

  private static boolean answersRequests(MethodModel method) {
    return ProjectClasses.annotations(method).stream()
        .anyMatch(name -> name.matches("jakarta\\.ws\\.rs\\.[A-Z]+"));
  }

  private void addBodies(MethodModel method) {
    MethodSignature signature = ProjectClasses.signature(method);
    String reason = "of the resource method " + method.methodName().stringValue();
    add(signature.result(), reason);
    signature.arguments().forEach(each -> add(each, reason));
  }

  /** Whether a type or one of its members has an annotation of Jackson's. */
  static boolean isAnnotated(ClassModel type) {
    return Stream.of(
            Stream.of(type),
            type.fields().stream(),
            type.methods().stream(),
            type.findAttribute(Attributes.record()).stream()
                .flatMap(record -> record.components().stream()))
        .flatMap(elements -> elements)
        .anyMatch(JsonTypes::isForJackson);
  }

  private static boolean isForJackson(AttributedElement element) {
    Set<String> annotations = ProjectClasses.annotations(element);
    return !annotations.contains(IGNORED)
        && annotations.stream().anyMatch(name -> name.startsWith(JACKSON));
  }

  private void collect(Signature type, String reason) {
    switch (type) {
      case ArrayTypeSig array -> collect(array.componentSignature(), reason);
      case ClassTypeSig named -> {
        project.find(named.classDesc()).ifPresent(found -> enqueue(found, reason));
        for (TypeArg argument : named.typeArgs()) {
          if (argument instanceof TypeArg.Bounded bounded) {
            collect(bounded.boundType(), reason);
          }
        }
      }
      default -> {}
    }
  }

  private void enqueue(ClassModel type, String reason) {
    // What is thrown where a value is made.
    if (type.superclass().filter(parent -> isException(parent.asInternalName())).isPresent()) {
      return;
    }
    if (reasons.putIfAbsent(ProjectClasses.name(type), reason) == null) {
      waiting.add(type);
    }
  }

  private boolean isException(String name) {
    return name.equals("java/lang/Throwable")
        || name.matches("java/.*Exception")
        || project
            .find(name)
            .flatMap(ClassModel::superclass)
            .filter(parent -> isException(parent.asInternalName()))
            .isPresent();
  }

  private void walk(ClassModel type) {
    String name = ProjectClasses.name(type);
    String reason = "part of " + name;
    type.findAttribute(Attributes.record())
        .ifPresentOrElse(
            record ->
                record.components().stream()
                    .filter(component -> !isIgnored(type, component.name().stringValue()))
                    .forEach(
                        component ->
                            collect(
                                ProjectClasses.signature(component, component.descriptorSymbol()),
                                reason)),
            () -> type.fields().forEach(field -> property(field, reason)));
    type.methods().forEach(method -> property(method, reason));
    // An anonymous subclass of TypeReference, and a class that adds nothing to what it extends.
    type.findAttribute(Attributes.signature())
        .ifPresent(
            signature -> collect(signature.asClassSignature().superclassSignature(), reason));
    Set<AccessFlag> flags = type.flags().flags();
    if (flags.contains(AccessFlag.ABSTRACT) && !flags.contains(AccessFlag.ENUM)) {
      project.subtypes(type).forEach(each -> enqueue(each, "subtype of " + name));
    }
  }

  /** A component's annotations are those of its field. */
  private static boolean isIgnored(ClassModel type, String component) {
    return type.fields().stream()
        .filter(field -> field.fieldName().equalsString(component))
        .anyMatch(field -> ProjectClasses.annotations(field).contains(IGNORED));
  }

  private void property(FieldModel field, String reason) {
    Set<AccessFlag> flags = field.flags().flags();
    boolean isPublic = flags.contains(AccessFlag.PUBLIC) && !flags.contains(AccessFlag.STATIC);
    if (isPublic || isForJackson(field)) {
      collect(ProjectClasses.signature(field, field.fieldTypeSymbol()), reason);
    }
  }

  private void property(MethodModel method, String reason) {
    if (isForJackson(method)) {
      collect(ProjectClasses.signature(method).result(), reason);
    }
  }
}
