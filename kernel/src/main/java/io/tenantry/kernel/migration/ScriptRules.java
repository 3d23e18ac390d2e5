package io.tenantry.kernel.migration;

import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds statements that a migration must not contain although PostgreSQL permits them: they would
 * end the transaction that the migration shares with its row in the history, reset the settings of
 * its session, or have effects outside the tenant's database.
 */
public final class ScriptRules {

  private static final String ROLE =
      "%s changes the role that owns what migrations create. Leave it out; what the tenant may do is granted to it already";

  private static final String BEYOND = "%s reaches beyond the tenant's database. %s";

  private static final String ROLES =
      "Create roles on each cluster by hand; a migration may then grant to them. Tenants' own roles are Tenantry's";

  private static final String BY_HAND = "Do it on each cluster by hand";

  private static final String OWNED = "Name what is to be dropped or handed over";

  private static final Set<String> BEGIN_OR_END = Set.of("BEGIN", "COMMIT", "END", "ABORT");

  private static final Set<String> ROLE_KINDS = Set.of("ROLE", "USER", "GROUP");

  private static final Set<String> CLUSTER_KINDS =
      Set.of("DATABASE", "TABLESPACE", "SYSTEM", "SUBSCRIPTION", "PARAMETER");

  private static final Set<String> ON = Set.of("on", "true", "yes");

  private ScriptRules() {}

  /**
   * Why a migration is refused; empty if it may run.
   *
   * @param config its {@code .sql.conf}
   */
  public static List<ScriptRefused> refusals(String sql, Optional<String> config) {
    try {
      MigrationScript script = MigrationScript.parse(sql, config, true);
      List<ScriptRefused> refusals =
          script.statements().stream().flatMap(s -> refusal(s).stream()).toList();
      if (refusals.isEmpty() && !script.transactional()) {
        MigrationScript.parse(sql, config);
      }
      return refusals;
    } catch (ScriptRefused e) {
      return List.of(e);
    }
  }

  /**
   * Why a migration is refused in a database that tenants share: migrations cannot create
   * extensions there, but may require existing ones.
   *
   * @param there the names of the extensions in the database
   */
  public static List<ScriptRefused> extensionsBeside(
      MigrationScript script, Collection<String> there) {
    List<ScriptRefused> refusals = new ArrayList<>();
    for (Statement statement : script.statements()) {
      createdExtension(SqlWords.of(statement.sql()))
          .filter(name -> !there.contains(name))
          .ifPresent(
              name ->
                  refusals.add(
                      new ScriptRefused(
                          statement.line(),
                          "the extension %s is not listed in extensions.required of blueprint.yaml, from which the shared database gets its extensions"
                              .formatted(name))));
    }
    return refusals;
  }

  private static Optional<String> createdExtension(SqlWords words) {
    if (!words.word(0).equals("CREATE") || !words.word(1).equals("EXTENSION")) {
      return Optional.empty();
    }
    return Optional.of(words.name(words.word(2).equals("IF") ? 5 : 2));
  }

  private static Optional<ScriptRefused> refusal(Statement statement) {
    SqlWords words = SqlWords.of(statement.sql());
    return transaction(words)
        .or(() -> session(words))
        .or(() -> beyond(words))
        .map(reason -> new ScriptRefused(statement.line(), reason));
  }

  private static Optional<String> transaction(SqlWords words) {
    String first = words.word(0);
    boolean refused =
        BEGIN_OR_END.contains(first)
            || (Set.of("START", "PREPARE").contains(first) && words.word(1).equals("TRANSACTION"))
            || (first.equals("ROLLBACK") && !words.contains("TO"));
    return refused
        ? Optional.of(
            "%s ends or begins a transaction: Tenantry runs a migration and its row in the history in one. Leave it out; SAVEPOINT and ROLLBACK TO are possible"
                .formatted(name(words, first)))
        : Optional.empty();
  }

  private static String name(SqlWords words, String first) {
    String second = words.word(1);
    return Set.of("TRANSACTION", "WORK", "PREPARED").contains(second)
        ? first + " " + second
        : first;
  }

  private static Optional<String> session(SqlWords words) {
    String first = words.word(0);
    String second = words.word(1);
    if ((first.equals("RESET") || first.equals("DISCARD")) && second.equals("ALL")) {
      return Optional.of(
          "%s ALL undoes settings of the session that Tenantry runs migrations in. Reset single settings by their names"
              .formatted(first));
    }
    if (first.equals("RESET") && second.equals("ROLE")) {
      return Optional.of(ROLE.formatted("RESET ROLE"));
    }
    if (first.equals("RESET") || first.equals("SET")) {
      return setting(first, words, 1)
          .or(
              () ->
                  Set.of("SESSION", "LOCAL").contains(second)
                      ? setting(first, words, 2)
                      : Optional.empty());
    }
    return Optional.empty();
  }

  /** Why a change of the setting whose name starts at a word is refused. */
  private static Optional<String> setting(String verb, SqlWords words, int at) {
    return switch (words.name(at).toLowerCase(Locale.ROOT)) {
      case "role" -> Optional.of(ROLE.formatted(verb + " ROLE"));
      case "session" ->
          words.word(at + 1).equals("AUTHORIZATION")
              ? Optional.of(ROLE.formatted(verb + " SESSION AUTHORIZATION"))
              : Optional.empty();
      // The header of a dump sets it to its current value.
      case "standard_conforming_strings" ->
          ON.contains(words.names().getLast().toLowerCase(Locale.ROOT))
              ? Optional.empty()
              : Optional.of(
                  "standard_conforming_strings must stay on: PostgreSQL reads the string literals of a whole script before it runs any of it. Write E'…' where a backslash escapes");
      default -> Optional.empty();
    };
  }

  private static Optional<String> beyond(SqlWords words) {
    String first = words.word(0);
    String second = words.word(1);
    return switch (first) {
      case "CREATE", "ALTER", "DROP" -> object(first, second, words);
      case "COMMENT" -> object("COMMENT ON", words.word(2), words);
      case "SECURITY" -> object("SECURITY LABEL ON", words.after("ON"), words);
      case "GRANT", "REVOKE" -> grant(first, words);
      case "REASSIGN" -> Optional.of(BEYOND.formatted("REASSIGN OWNED", OWNED));
      case "CHECKPOINT" -> Optional.of(BEYOND.formatted(first, BY_HAND));
      default -> Optional.empty();
    };
  }

  private static Optional<String> object(String verb, String kind, SqlWords words) {
    if (verb.equals("DROP") && kind.equals("OWNED")) {
      return Optional.of(BEYOND.formatted(verb + " " + kind, OWNED));
    }
    if (ROLE_KINDS.contains(kind) && !words.word(2).equals("MAPPING")) {
      return Optional.of(BEYOND.formatted(verb + " " + kind, ROLES));
    }
    return CLUSTER_KINDS.contains(kind)
        ? Optional.of(BEYOND.formatted(verb + " " + kind, BY_HAND))
        : Optional.empty();
  }

  /** A grant without ON grants roles. */
  private static Optional<String> grant(String verb, SqlWords words) {
    if (!words.contains("ON")) {
      return Optional.of(BEYOND.formatted(verb + " of a role", ROLES));
    }
    String kind = words.after("ON");
    return CLUSTER_KINDS.contains(kind)
        ? Optional.of(BEYOND.formatted(verb + " ON " + kind, BY_HAND))
        : Optional.empty();
  }
}
