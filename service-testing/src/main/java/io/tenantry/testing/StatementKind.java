package io.tenantry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A kind of statement of PostgreSQL's grammar, from the list in the kernel's tests.
 *
 * @param group kinds of one group follow each other in the list
 * @param refused whether it is refused: never, always, or with {@code isolation: schema}
 * @param reason a part of the reason
 * @param config lines of its {@code .sql.conf}; may be empty
 */
public record StatementKind(
    int group, int number, String name, Refused refused, String reason, String config, String sql) {

  /** When it is refused. */
  public enum Refused {
    NOWHERE,
    EVERYWHERE,
    IN_SCHEMAS;

    /** Whether it is refused with this isolation. */
    public boolean in(boolean schema) {
      return this == EVERYWHERE || (this == IN_SCHEMAS && schema);
    }
  }

  private static final Path LIST =
      Path.of("../kernel/src/test/resources/migration/statement-kinds.sql");

  /** Kinds that cannot share a transaction with previous kinds, as undo migrations do. */
  private static final Set<String> AFTER_COMMIT = Set.of("use an added value");

  private static final String ALONE = "executeInTransaction=false\n";
  private static final String HEAD = "#: ";
  private static final String CONFIG = "#: conf ";

  /** All kinds, in order; the others build on the first. */
  public static List<StatementKind> all() {
    List<StatementKind> kinds = new ArrayList<>();
    int group = 0;
    try {
      String[] blocks = Files.readString(LIST).split("(?m)^(?=#: (?!conf ))", -1);
      for (String block : List.of(blocks).subList(1, blocks.length)) {
        kinds.add(of(group, kinds.size() + 1, block));
        group += block.endsWith("\n\n") ? 1 : 0;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return kinds;
  }

  private static StatementKind of(int group, int number, String block) {
    List<String> lines = block.lines().toList();
    String[] head = lines.getFirst().substring(HEAD.length()).split(" \\| ", -1);
    Refused refused =
        head.length == 1
            ? Refused.NOWHERE
            : head[1].startsWith("schema") ? Refused.IN_SCHEMAS : Refused.EVERYWHERE;
    StringBuilder config = new StringBuilder();
    StringBuilder sql = new StringBuilder();
    for (String line : lines.subList(1, lines.size())) {
      boolean isConfig = line.startsWith(CONFIG);
      (isConfig ? config : sql)
          .append(isConfig ? line.substring(CONFIG.length()) : line)
          .append('\n');
    }
    return new StatementKind(
        group,
        number,
        head[0],
        refused,
        head.length > 2 ? head[2] : "",
        config.toString(),
        sql.toString());
  }

  /** The name of its file. */
  public String file() {
    return "V%d__%s.sql".formatted(number, name);
  }

  /** Its files by their names. */
  public Map<String, String> files() {
    Map<String, String> files = new TreeMap<>(Map.of(file(), sql));
    Optional.of(config).filter(c -> !c.isEmpty()).ifPresent(c -> files.put(file() + ".conf", c));
    return files;
  }

  /**
   * A blueprint's files in which the first kind is a version and each other kind undoes a version,
   * so that a rollback to the first version runs the kinds in order.
   */
  public static Map<String, String> asUndos(List<StatementKind> kinds) {
    Map<String, String> files = new TreeMap<>(kinds.getFirst().files());
    int version = kinds.size();
    for (StatementKind kind : kinds.subList(1, kinds.size())) {
      String undo = "U%d__%s.sql".formatted(version, kind.name());
      files.put("V%d__%s.sql".formatted(version, kind.name()), "SELECT 1");
      files.put(undo, kind.sql());
      String config = AFTER_COMMIT.contains(kind.name()) ? ALONE : kind.config();
      if (!config.isEmpty()) {
        files.put(undo + ".conf", config);
      }
      version--;
    }
    return files;
  }

  @Override
  public String toString() {
    return name;
  }
}
