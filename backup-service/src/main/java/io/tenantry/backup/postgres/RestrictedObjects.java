package io.tenantry.backup.postgres;

import io.tenantry.backup.postgres.SqlLexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Removes from a script the objects that only a superuser may create, and the statements about
 * them, so that the rest of the backup can be restored. Each removal is noted.
 *
 * <p>pg_dump writes one statement for each property of an object, and names an object always in the
 * same way, tables with their schema.
 */
final class RestrictedObjects {

  /** Kinds of objects, as they follow CREATE, ALTER and COMMENT ON. */
  private static final List<List<String>> KINDS =
      List.of(
          List.of("EVENT", "TRIGGER"),
          List.of("FOREIGN", "DATA", "WRAPPER"),
          List.of("FOREIGN", "TABLE"),
          List.of("SERVER"),
          List.of("SUBSCRIPTION"),
          List.of("USER", "MAPPING", "FOR"));

  private static final List<String> EXTENSION = List.of("EXTENSION");
  private static final List<String> PUBLICATION = List.of("PUBLICATION");

  /** Kinds of objects that read or belong to a table or view, as they follow CREATE. */
  private static final List<String> DEPENDENT_KINDS =
      List.of("VIEW", "INDEX", "STATISTICS", "TRIGGER", "RULE");

  /** Whether a role that is no superuser may create an extension of this name. */
  private final Predicate<String> creatable;

  /** Extensions and publications that were left out, by kind and name. */
  private final Set<List<String>> objects = new HashSet<>();

  /** Tables and views that were left out, and objects that belong to them: schema and name. */
  private final Set<List<String>> relations = new HashSet<>();

  private final Set<String> notes = new LinkedHashSet<>();

  RestrictedObjects(Predicate<String> creatable) {
    this.creatable = creatable;
  }

  /** What was left out or changed, in sentences. */
  List<String> notes() {
    return new ArrayList<>(notes);
  }

  /** The statement as it is to be run; empty if it is left out. */
  Optional<String> permitted(String text, List<Token> tokens) {
    Token first = tokens.getFirst();
    if (first.is("SECURITY") && matches(tokens, 1, List.of("LABEL"))) {
      notes.add("Security labels were left out: only their provider may set them.");
      return Optional.empty();
    }
    if (first.is("SET") && matches(tokens, 1, List.of("DEFAULT_TABLESPACE"))) {
      return Optional.of(inDefaultTablespace(text, tokens));
    }
    boolean leftOut =
        switch (first.text().toUpperCase(Locale.ROOT)) {
          case "CREATE" -> isRestricted(tokens, 1, true) || dependsOnLeftOut(tokens);
          case "ALTER" -> isRestricted(tokens, 1, false) || namesLeftOut(tokens);
          case "COMMENT" -> isRestricted(tokens, 2, false) || namesLeftOut(tokens);
          case "GRANT", "REVOKE" -> isOnForeign(tokens) || namesLeftOut(tokens);
          case "REFRESH" -> namesLeftOut(tokens);
          default -> false;
        };
    return leftOut
        ? Optional.empty()
        : Optional.of(first.is("CREATE") ? withoutLeakproof(text, tokens) : text);
  }

  private boolean isRestricted(List<Token> tokens, int at, boolean create) {
    for (List<String> kind : KINDS) {
      if (matches(tokens, at, kind)) {
        if (create) {
          noteLeftOut(kind, tokens, at + kind.size());
        }
        return true;
      }
    }
    if (matches(tokens, at, EXTENSION)) {
      int name = at + (matches(tokens, at + 1, List.of("IF", "NOT", "EXISTS")) ? 4 : 1);
      return isLeftOut(
          EXTENSION, tokens, name, create && !creatable.test(nameOf(tokens.get(name))));
    }
    if (!matches(tokens, at, PUBLICATION)) {
      return false;
    }
    boolean ofAll = matches(tokens, at + 2, List.of("FOR", "ALL", "TABLES"));
    return isLeftOut(PUBLICATION, tokens, at + 1, ofAll) || isOfSchema(tokens, at + 2);
  }

  /** Whether an object is left out; one that is restricted is remembered. */
  private boolean isLeftOut(List<String> kind, List<Token> tokens, int name, boolean restricted) {
    List<String> object = List.of(kind.getFirst(), nameOf(tokens.get(name)));
    if (restricted) {
      objects.add(object);
      noteLeftOut(kind, tokens, name);
    }
    return objects.contains(object);
  }

  private boolean isOfSchema(List<Token> tokens, int at) {
    boolean ofSchema = matches(tokens, at, List.of("ADD", "TABLES", "IN", "SCHEMA"));
    if (ofSchema) {
      notes.add(
          "The publication %s is without the schema %s: only a superuser may publish whole schemas."
              .formatted(nameOf(tokens.get(at - 1)), nameOf(tokens.get(at + 4))));
    }
    return ofSchema;
  }

  private void noteLeftOut(List<String> kind, List<Token> tokens, int name) {
    if (kind.equals(List.of("FOREIGN", "TABLE"))) {
      addRelation(tokens, name);
    }
    notes.add(
        "The %s %s was left out: only a superuser may create it."
            .formatted(
                String.join(" ", kind).toLowerCase(Locale.ROOT),
                isQualified(tokens, name)
                    ? nameOf(tokens.get(name)) + "." + nameOf(tokens.get(name + 2))
                    : nameOf(tokens.get(name))));
  }

  /** Views on foreign tables and on such views, and what belongs to one of them. */
  private boolean dependsOnLeftOut(List<Token> tokens) {
    int kind =
        DEPENDENT_KINDS.stream()
            .mapToInt(word -> indexOf(tokens, word))
            .filter(at -> at > 0)
            .min()
            .orElse(-1);
    if (kind < 0 || !namesLeftOut(tokens)) {
      return false;
    }
    int name = kind + 1;
    if (tokens.get(kind).is("VIEW")) {
      addRelation(tokens, name);
      notes.add(
          "The view %s.%s was left out: it reads a table or view that was left out."
              .formatted(nameOf(tokens.get(name)), nameOf(tokens.get(name + 2))));
    } else if (tokens.get(kind).is("STATISTICS")) {
      addRelation(tokens, name);
    } else if (tokens.get(kind).is("INDEX")) {
      relations.add(List.of(nameOf(tokens.get(name + 2)), nameOf(tokens.get(name))));
    }
    return true;
  }

  /** The index of a word among the first ones of a CREATE; negative if it is not among them. */
  private static int indexOf(List<Token> tokens, String word) {
    for (int i = 1; i < Math.min(tokens.size(), 5); i++) {
      if (tokens.get(i).is(word)) {
        return i;
      }
    }
    return -1;
  }

  private void addRelation(List<Token> tokens, int name) {
    if (isQualified(tokens, name)) {
      relations.add(List.of(nameOf(tokens.get(name)), nameOf(tokens.get(name + 2))));
    }
  }

  private boolean namesLeftOut(List<Token> tokens) {
    for (int i = 1; !relations.isEmpty() && i + 2 < tokens.size(); i++) {
      // Functions, which have arguments, may have the same name.
      if (isQualified(tokens, i)
          && relations.contains(List.of(nameOf(tokens.get(i)), nameOf(tokens.get(i + 2))))
          && !(i + 3 < tokens.size() && tokens.get(i + 3).text().equals("("))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isQualified(List<Token> tokens, int at) {
    return at + 2 < tokens.size()
        && tokens.get(at).isName()
        && tokens.get(at + 1).text().equals(".")
        && tokens.get(at + 2).isName();
  }

  /** GRANT … ON FOREIGN SERVER, … ON FOREIGN DATA WRAPPER. */
  private static boolean isOnForeign(List<Token> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i).depth() == 0 && matches(tokens, i, List.of("ON", "FOREIGN"))) {
        return true;
      }
    }
    return false;
  }

  private String inDefaultTablespace(String text, List<Token> tokens) {
    Token name = tokens.get(tokens.size() - 2);
    if (!name.isName()) {
      return text;
    }
    notes.add(
        "Objects of the tablespace %s are now in the database's own tablespace."
            .formatted(nameOf(name)));
    return text.substring(0, name.start()) + "''" + text.substring(name.end());
  }

  /** Removes LEAKPROOF, which only lets the planner use a function earlier. */
  private String withoutLeakproof(String text, List<Token> tokens) {
    if (!tokens.get(1).is("FUNCTION")) {
      return text;
    }
    for (int i = 2; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.depth() == 0 && (token.is("AS") || token.is("BEGIN") || token.is("RETURN"))) {
        return text;
      }
      if (token.depth() == 0
          && token.is("LEAKPROOF")
          && !tokens.get(i - 1).text().equals(".")
          && !tokens.get(i - 1).is("RETURNS")) {
        notes.add(
            "The function %s is no longer LEAKPROOF: only a superuser may set that."
                .formatted(nameOf(tokens.get(isQualified(tokens, 2) ? 4 : 2))));
        return text.substring(0, token.start()) + text.substring(token.end());
      }
    }
    return text;
  }

  private static boolean matches(List<Token> tokens, int at, List<String> words) {
    return ScriptRewriter.matches(tokens, at, words.toArray(String[]::new));
  }

  private static String nameOf(Token token) {
    return ScriptRewriter.nameOf(token);
  }
}
