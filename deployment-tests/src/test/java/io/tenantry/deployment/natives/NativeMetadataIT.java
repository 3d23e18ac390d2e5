package io.tenantry.deployment.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a native executable would lack, found without a native compiler. */
class NativeMetadataIT {

  private static final Path ROOT = Path.of("..");
  private static final String TARGET = "com.oracle.svm.core.annotate.TargetClass";
  private static final Set<String> SUBSTITUTIONS =
      Set.of(
          "com.oracle.svm.core.annotate.Substitute",
          "com.oracle.svm.core.annotate.Alias",
          "com.oracle.svm.core.annotate.Delete",
          "com.oracle.svm.core.annotate.AnnotateOriginal");

  /** They have no kernel. */
  private static final Set<String> CLIENTS = Set.of("cli", "console");

  @ParameterizedTest
  @CsvSource({"tenant-service, 80", "ingestion-service, 60", "backup-service, 80", "cli, 0"})
  @Tag("N2")
  @Tag("N7")
  void registersEachTypeThatJacksonHandles(String module, int atLeast) throws IOException {
    ProjectClasses project = project(module);
    JsonTypes types = new JsonTypes(project);
    types.addAnnotated();
    new JacksonCalls(project).addTo(types);
    Set<String> registered = NativeConfiguration.of(ROOT.resolve(module)).reflective();

    Map<String, String> missing = new TreeMap<>(types.all());
    missing.keySet().removeIf(name -> registered.contains(name) || !isNeeded(project, name));

    assertThat(types.all()).hasSizeGreaterThanOrEqualTo(atLeast);
    assertThat(missing).as("register them with @RegisterForReflection").isEmpty();
  }

  /** Interfaces and abstract classes are looked at for Jackson's annotations alone. */
  private static boolean isNeeded(ProjectClasses project, String name) {
    ClassModel type = project.find(name.replace('.', '/')).orElseThrow();
    Set<AccessFlag> flags = type.flags().flags();
    boolean reference =
        type.superclass()
            .filter(parent -> parent.asInternalName().endsWith("TypeReference"))
            .isPresent();
    return !reference
        && (flags.contains(AccessFlag.ENUM)
            || !flags.contains(AccessFlag.ABSTRACT)
            || JsonTypes.isAnnotated(type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tenant-service", "ingestion-service", "backup-service", "console", "cli"})
  @Tag("N2")
  void includesEachResourceThatIsRead(String module) throws IOException {
    ProjectClasses project = project(module);
    JacksonCalls calls = new JacksonCalls(project);
    NativeConfiguration configuration = NativeConfiguration.of(ROOT.resolve(module));
    List<String> files = files(module);
    List<String> missing = new ArrayList<>();
    calls
        .calls()
        .filter(call -> call.name().startsWith("getResource"))
        .filter(call -> Set.of("java/lang/Class", "java/lang/ClassLoader").contains(call.owner()))
        .forEach(
            call -> {
              List<Fact.Text> names =
                  call.arguments().getFirst().stream()
                      .filter(Fact.Text.class::isInstance)
                      .map(Fact.Text.class::cast)
                      .toList();
              assertThat(names).as("the name of a resource begins with a constant").isNotEmpty();
              for (Fact.Text name : names) {
                String begin = name.begin().replaceFirst("^/", "");
                List<String> read =
                    files.stream()
                        .filter(
                            file -> name.complete() ? file.equals(begin) : file.startsWith(begin))
                        .toList();
                assertThat(read).as(begin).isNotEmpty();
                read.stream().filter(file -> !configuration.includes(file)).forEach(missing::add);
              }
            });

    assertThat(missing).as("add them to quarkus.native.resources.includes").isEmpty();
  }

  private static List<String> files(String module) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path folder : folders(module)) {
      Path classes = folder.resolve("target/classes");
      try (Stream<Path> files = Files.walk(classes)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> found.add(classes.relativize(file).toString()));
      }
    }
    return found;
  }

  private static ProjectClasses project(String module) throws IOException {
    return ProjectClasses.of(folders(module));
  }

  private static Path[] folders(String module) {
    return CLIENTS.contains(module)
        ? new Path[] {ROOT.resolve(module)}
        : new Path[] {ROOT.resolve("kernel"), ROOT.resolve("partitioner"), ROOT.resolve(module)};
  }

  @Test
  @Tag("N1")
  void replacesExistingMembersBySubstitutions() throws IOException {
    int substituted = 0;
    for (String module :
        List.of("tenant-service", "ingestion-service", "backup-service", "console", "cli")) {
      for (ClassModel type : project(module).all()) {
        Optional<Annotation> target = ProjectClasses.annotation(type, TARGET);
        if (target.isPresent()) {
          substituted++;
          checkSubstitution(module, type, target.get());
        }
      }
    }
    assertThat(substituted).isPositive();
  }

  private static void checkSubstitution(String module, ClassModel type, Annotation target)
      throws IOException {
    String name = targetName(target);
    ClassModel original =
        library(module, name)
            .orElseThrow(
                () ->
                    new AssertionError(
                        ProjectClasses.name(type) + ": " + name + " is not on the class path"));
    for (MethodModel method : type.methods()) {
      String signature = method.methodName().stringValue() + method.methodType().stringValue();
      boolean marked =
          ProjectClasses.annotations(method).stream().anyMatch(SUBSTITUTIONS::contains);
      // The compiler passes over a constructor without an annotation, and over nothing else.
      if (!method.methodName().equalsString("<init>")) {
        assertThat(marked).as("%s.%s is annotated", ProjectClasses.name(type), signature).isTrue();
      }
      if (marked) {
        assertThat(original.methods())
            .as("%s has %s", name, signature)
            .anyMatch(each -> isSame(each, method));
      }
    }
    for (FieldModel field : type.fields()) {
      assertThat(ProjectClasses.annotations(field))
          .as("%s.%s is annotated", ProjectClasses.name(type), field.fieldName().stringValue())
          .anyMatch(each -> each.startsWith("com.oracle.svm.core.annotate."));
    }
  }

  private static boolean isSame(MethodModel original, MethodModel substitute) {
    return original.methodName().equalsString(substitute.methodName().stringValue())
        && original.methodType().equalsString(substitute.methodType().stringValue())
        && isStatic(original.flags()) == isStatic(substitute.flags());
  }

  private static boolean isStatic(AccessFlags flags) {
    return flags.has(AccessFlag.STATIC);
  }

  private static String targetName(Annotation target) {
    for (AnnotationElement element : target.elements()) {
      switch (element.value()) {
        case AnnotationValue.OfString name when element.name().equalsString("className") -> {
          return name.stringValue();
        }
        case AnnotationValue.OfClass type when element.name().equalsString("value") -> {
          return ProjectClasses.name(type.classSymbol());
        }
        default -> {}
      }
    }
    throw new AssertionError("the target is named in a way that this test does not know");
  }

  /** A class of one of the libraries that a packaged service has. */
  private static Optional<ClassModel> library(String module, String name) throws IOException {
    Path libraries = ROOT.resolve(module).resolve("target/quarkus-app/lib");
    try (Stream<Path> files = Files.walk(libraries)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          ZipEntry entry = zip.getEntry(name.replace('.', '/') + ".class");
          if (entry != null) {
            return Optional.of(ClassFile.of().parse(zip.getInputStream(entry).readAllBytes()));
          }
        }
      }
    }
    return Optional.empty();
  }
}
