package io.tenantry.deployment;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The settings that a module's code knows: those of its mapping interfaces, with their words. */
final class Settings {

  /** {@code ${NAME:default}} or, with a deprecated name, {@code ${NAME:${OLD:default}}}. */
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*):?(?:\\$\\{[A-Z][A-Z0-9_]*:([^}]*)}}|([^}]*)})");

  /** {@code ${a.deprecated.name:default}}, the default of a setting that was renamed. */
  private static final Pattern RENAMED = Pattern.compile("\\$\\{([a-z][a-z0-9.-]*):([^}]*)}");

  private Settings() {}

  /**
   * A setting.
   *
   * @param variable the environment variable that sets it
   * @param meaning in the code's own words
   * @param fallback its value if nothing is said; empty for none
   */
  record Setting(String variable, String meaning, String fallback) {}

  /** The settings of a module, by name, with the defaults that its properties give them. */
  static Map<String, Setting> of(Path module, List<Path> properties) throws IOException {
    Map<String, Setting> settings = new TreeMap<>();
    Map<String, String> shipped = shipped(properties);
    declared(module)
        .forEach(
            (name, setting) -> {
              String value = shipped.get(name);
              settings.put(name, value == null ? setting : setBy(value, setting));
            });
    return settings;
  }

  private static Setting setBy(String value, Setting setting) {
    // The default of a renamed variable is the deprecated one.
    Matcher variable = VARIABLE.matcher(value.replaceFirst(":\\$\\{[A-Z0-9_]+:([^}]*)}}$", ":$1}"));
    return variable.matches()
        ? new Setting(variable.group(1), setting.meaning(), fallback(variable))
        : new Setting(setting.variable(), setting.meaning(), value);
  }

  /** Every environment variable that properties name, with its default. */
  static Map<String, String> variables(List<Path> properties) throws IOException {
    Map<String, String> variables = new TreeMap<>();
    for (String value : shipped(properties).values()) {
      VARIABLE
          .matcher(value)
          .results()
          .forEach(found -> variables.put(found.group(1), fallback(found)));
    }
    return variables;
  }

  private static String fallback(MatchResult variable) {
    return variable.group(2) == null ? variable.group(3) : variable.group(2);
  }

  private static Map<String, String> shipped(List<Path> files) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (Path file : files) {
      Properties properties = new Properties();
      try (var reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
      properties.forEach(
          (name, value) -> {
            if (!name.toString().startsWith("%") || name.toString().startsWith("%prod.")) {
              values.put(name.toString().replaceFirst("^%prod\\.", ""), value.toString());
            }
          });
    }
    return values;
  }

  private static Map<String, Setting> declared(Path module) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (Files.readString(file).contains("@ConfigMapping(")) {
          sources.add(file);
        }
      }
    }
    Map<String, Setting> settings = new TreeMap<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Mappings(docs, settings).scan(unit, null);
      }
    }
    return settings;
  }

  /** Finds interfaces with {@code @ConfigMapping}. */
  private static final class Mappings extends TreePathScanner<Void, Void> {

    private final DocTrees docs;
    private final Map<String, Setting> found;

    Mappings(DocTrees docs, Map<String, Setting> found) {
      this.docs = docs;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      argument(type.getModifiers(), "ConfigMapping")
          .ifPresent(prefix -> read(prefix, type, getCurrentPath()));
      return super.visitClass(type, null);
    }

    private void read(String prefix, ClassTree type, TreePath path) {
      for (Tree member : type.getMembers()) {
        if (!(member instanceof MethodTree method) || method.getBody() != null) {
          continue;
        }
        String name =
            prefix
                + '.'
                + argument(method.getModifiers(), "WithName")
                    .orElseGet(() -> kebab(method.getName().toString()));
        String result = method.getReturnType().toString();
        Optional<ClassTree> nested = nested(type, path, result);
        if (nested.isPresent()) {
          read(name, nested.get(), path);
        } else if (!result.startsWith("Map<")) {
          String comment = docs.getDocComment(new TreePath(path, method));
          found.put(
              name,
              setting(
                  name,
                  comment == null ? "" : plain(comment),
                  argument(method.getModifiers(), "WithDefault").orElse("")));
        }
      }
    }

    private static Setting setting(String name, String meaning, String fallback) {
      Matcher renamed = RENAMED.matcher(fallback);
      return renamed.matches()
          ? new Setting(
              variable(name),
              "%s Replaces `%s`, which is deprecated and still works."
                  .formatted(meaning, variable(renamed.group(1))),
              renamed.group(2))
          : new Setting(variable(name), meaning, fallback);
    }

    private static String variable(String name) {
      return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static Optional<ClassTree> nested(ClassTree type, TreePath path, String name) {
      List<ClassTree> around = new ArrayList<>();
      around.add(type);
      for (TreePath each = path; each != null; each = each.getParentPath()) {
        if (each.getLeaf() instanceof ClassTree outer) {
          around.add(outer);
        }
      }
      return around.stream()
          .flatMap(outer -> outer.getMembers().stream())
          .filter(ClassTree.class::isInstance)
          .map(ClassTree.class::cast)
          .filter(member -> member.getKind() == Tree.Kind.INTERFACE)
          .filter(member -> member.getSimpleName().contentEquals(name))
          .findFirst();
    }

    private static Optional<String> argument(ModifiersTree modifiers, String annotation) {
      for (AnnotationTree each : modifiers.getAnnotations()) {
        if (each.getAnnotationType().toString().equals(annotation)) {
          for (ExpressionTree argument : each.getArguments()) {
            ExpressionTree value =
                argument instanceof AssignmentTree assignment
                    ? assignment.getExpression()
                    : argument;
            if (value instanceof LiteralTree literal) {
              return Optional.of(literal.getValue().toString());
            }
          }
        }
      }
      return Optional.empty();
    }

    private static String kebab(String name) {
      return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String plain(String comment) {
      return comment
          .replaceAll("(?s)\\n\\s*@\\w+.*", "")
          .replaceAll("\\{@(?:code|link)\\s+#?([^}]*)}", "`$1`")
          .replace("|", "\\|")
          .strip()
          .replaceAll("\\s+", " ");
    }
  }
}
