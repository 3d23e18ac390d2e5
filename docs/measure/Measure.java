import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Prints the size and shape of the code: {@code java docs/measure/Measure.java [PROJECT]}. A file's
 * lines are those that are not blank; a class is a file with a type. A method's lines are all from
 * its first annotation to its last brace. Packages depend on each other by their imports.
 */
final class Measure {

  private static final int LONG_PARAMETER_LIST = 6;

  private final List<Integer> classes = new ArrayList<>();
  private final List<Integer> methods = new ArrayList<>();
  private final List<String> longLists = new ArrayList<>();
  private final Map<String, Set<String>> imports = new TreeMap<>();
  private long mainLines;

  public static void main(String[] args) throws IOException {
    Path project = Path.of(args.length > 0 ? args[0] : "").toAbsolutePath();
    Measure measure = new Measure();
    measure.read(sources(project, "main"));
    measure.print(lines(sources(project, "test")));
  }

  /** The Java files of all modules. */
  private static List<Path> sources(Path project, String kind) throws IOException {
    try (Stream<Path> files =
        Files.find(project, 20, (file, attributes) -> attributes.isRegularFile())) {
      String folder = "src/" + kind + "/java/";
      return files
          .filter(file -> project.relativize(file).toString().contains(folder))
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .toList();
    }
  }

  private static int lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return (int) lines.filter(line -> !line.isBlank()).count();
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  private static long lines(List<Path> files) {
    return files.stream().mapToLong(Measure::lines).sum();
  }

  private void read(List<Path> files) throws IOException {
    mainLines = lines(files);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      Trees trees = Trees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        add(unit, trees);
      }
    }
  }

  private void add(CompilationUnitTree unit, Trees trees) {
    String name = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    Set<String> imported = imports.computeIfAbsent(name, any -> new TreeSet<>());
    if (unit.getTypeDecls().isEmpty()) {
      return;
    }
    classes.add(lines(Path.of(unit.getSourceFile().toUri())));
    for (ImportTree each : unit.getImports()) {
      imported.add(each.getQualifiedIdentifier().toString());
    }
    new TreeScanner<Void, String>() {

      @Override
      public Void visitClass(ClassTree type, String outer) {
        String inner = type.getSimpleName().toString();
        return super.visitClass(type, outer == null ? inner : outer + "." + inner);
      }

      @Override
      public Void visitMethod(MethodTree method, String type) {
        long start = trees.getSourcePositions().getStartPosition(unit, method);
        long end = trees.getSourcePositions().getEndPosition(unit, method);
        if (method.getBody() != null && end >= 0) {
          methods.add((int) (line(end) - line(start)) + 1);
        }
        int parameters = method.getParameters().size();
        if (parameters > LONG_PARAMETER_LIST) {
          longLists.add(
              "%2d %s.%s line %d".formatted(parameters, type, method.getName(), line(start)));
        }
        return super.visitMethod(method, type);
      }

      private long line(long position) {
        return unit.getLineMap().getLineNumber(position);
      }
    }.scan(unit, null);
  }

  private void print(long testLines) {
    Set<String> circles = packagesInCircles();
    System.out.printf("main lines / classes        %,d / %d%n", mainLines, classes.size());
    System.out.printf(
        "class median / p90 / max    %d / %d / %d%n",
        quantile(classes, 50), quantile(classes, 90), quantile(classes, 100));
    System.out.printf(
        "method p90 / p99 / max      %d / %d / %d%n",
        quantile(methods, 90), quantile(methods, 99), quantile(methods, 100));
    System.out.printf("parameter lists > %d         %d%n", LONG_PARAMETER_LIST, longLists.size());
    System.out.printf("test / main lines           %.2f%n", (double) testLines / mainLines);
    System.out.printf("packages in circles         %d of %d%n", circles.size(), imports.size());
    circles.forEach(name -> System.out.println("  in a circle: " + name));
    longLists.stream()
        .sorted(Collections.reverseOrder())
        .forEach(l -> System.out.println("  " + l));
  }

  private static int quantile(List<Integer> values, int percent) {
    List<Integer> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private Set<String> packagesInCircles() {
    Map<String, Set<String>> uses = new TreeMap<>();
    imports.forEach(
        (name, imported) -> {
          Set<String> used = new TreeSet<>();
          imported.stream().map(this::packageOf).filter(p -> !p.equals(name)).forEach(used::add);
          used.remove("");
          uses.put(name, used);
        });
    Set<String> circles = new TreeSet<>();
    uses.keySet().stream().filter(name -> reaches(name, name, uses)).forEach(circles::add);
    return circles;
  }

  /** The project's package that a type, or a member of one, is in; empty for others'. */
  private String packageOf(String imported) {
    String name = imported;
    while (!name.isEmpty() && !imports.containsKey(name)) {
      name = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }
    return name;
  }

  private static boolean reaches(String from, String to, Map<String, Set<String>> uses) {
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(uses.get(from));
    while (!open.isEmpty()) {
      String next = open.removeLast();
      if (next.equals(to)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(uses.get(next));
      }
    }
    return false;
  }
}
