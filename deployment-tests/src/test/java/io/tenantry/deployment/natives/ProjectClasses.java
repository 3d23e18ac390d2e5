package io.tenantry.deployment.natives;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodSignature;
import java.lang.classfile.Signature;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The classes of some of this project's modules, read from their class files, none loaded. */
final class ProjectClasses {

  private final Map<String, ClassModel> classes = new TreeMap<>();

  /**
   * Reads what the modules' main code was compiled to.
   *
   * @param folders the modules' folders
   * @throws IllegalStateException if one is not compiled
   */
  static ProjectClasses of(Path... folders) throws IOException {
    ProjectClasses project = new ProjectClasses();
    for (Path folder : folders) {
      Path compiled = folder.resolve("target/classes");
      if (!Files.isDirectory(compiled)) {
        throw new IllegalStateException("there is no " + compiled + ": package that module first");
      }
      try (Stream<Path> files = Files.walk(compiled)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
          ClassModel parsed = ClassFile.of().parse(file);
          project.classes.put(parsed.thisClass().asInternalName(), parsed);
        }
      }
    }
    return project;
  }

  Collection<ClassModel> all() {
    return classes.values();
  }

  Optional<ClassModel> find(String internalName) {
    return Optional.ofNullable(classes.get(internalName));
  }

  Optional<ClassModel> find(ClassDesc type) {
    return type.isClassOrInterface() ? find(internalName(type)) : Optional.empty();
  }

  static String internalName(ClassDesc type) {
    String descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }

  /** This project's classes that extend or implement a class or interface, however far down. */
  List<ClassModel> subtypes(ClassModel type) {
    List<ClassModel> found = new ArrayList<>();
    for (ClassModel each : all()) {
      Stream<String> direct =
          Stream.concat(each.superclass().stream(), each.interfaces().stream())
              .map(entry -> entry.asInternalName());
      if (direct.anyMatch(type.thisClass().asInternalName()::equals)) {
        found.add(each);
        found.addAll(subtypes(each));
      }
    }
    return found;
  }

  Optional<MethodModel> method(String owner, String name, String descriptor) {
    for (Optional<ClassModel> type = find(owner);
        type.isPresent();
        type = type.get().superclass().flatMap(parent -> find(parent.asInternalName()))) {
      Optional<MethodModel> method =
          type.get().methods().stream()
              .filter(each -> each.methodName().equalsString(name))
              .filter(each -> each.methodType().equalsString(descriptor))
              .findFirst();
      if (method.isPresent()) {
        return method;
      }
    }
    return Optional.empty();
  }

  Optional<FieldModel> field(String owner, String name) {
    return find(owner).stream()
        .flatMap(type -> type.fields().stream())
        .filter(each -> each.fieldName().equalsString(name))
        .findFirst();
  }

  /** The generic type of a field or record component. */
  static Signature signature(AttributedElement element, ClassDesc erased) {
    return element
        .findAttribute(Attributes.signature())
        .map(attribute -> attribute.asTypeSignature())
        .orElseGet(() -> Signature.of(erased));
  }

  /** The generic types of a method. */
  static MethodSignature signature(MethodModel method) {
    MethodSignature erased = MethodSignature.of(method.methodTypeSymbol());
    return method
        .findAttribute(Attributes.signature())
        .map(attribute -> attribute.asMethodSignature())
        // A constructor of an enum or an inner class has parameters that its signature leaves out.
        .filter(generic -> generic.arguments().size() == erased.arguments().size())
        .orElse(erased);
  }

  /** The class names of an element's annotations, visible at run time or not. */
  static Set<String> annotations(AttributedElement element) {
    Set<String> names = new HashSet<>();
    element
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .ifPresent(
            found -> found.annotations().forEach(each -> names.add(name(each.classSymbol()))));
    element
        .findAttribute(Attributes.runtimeInvisibleAnnotations())
        .ifPresent(
            found -> found.annotations().forEach(each -> names.add(name(each.classSymbol()))));
    return names;
  }

  /** An annotation that is visible at run time. */
  static Optional<Annotation> annotation(AttributedElement element, String name) {
    return element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
        .flatMap(found -> found.annotations().stream())
        .filter(each -> name(each.classSymbol()).equals(name))
        .findFirst();
  }

  /** A class's name as {@link Class#getName} has it. */
  static String name(ClassDesc type) {
    return type.isClassOrInterface()
        ? internalName(type).replace('/', '.')
        : type.descriptorString();
  }

  static String name(ClassModel type) {
    return type.thisClass().asInternalName().replace('/', '.');
  }
}
