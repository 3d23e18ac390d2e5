package io.tenantry.backup.postgres;

import io.tenantry.backup.postgres.SqlLexer.Token;
import io.tenantry.kernel.db.Identifiers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rewrites a script of pg_restore for the target tenant: with its names, and with roles that its
 * server has.
 *
 * <p>Names of tenants' databases, schemas and roles hold the tenant's id, so they are unique and
 * are replaced everywhere except in data. Other roles are replaced only in statements that change
 * ownership or privileges.
 */
final class ScriptRewriter {

  /** The roles of the server that a script runs on. */
  interface Roles {

    /** The owner of objects that belonged to this role. */
    String owner(String role);

    /** The role that gets this role's privileges; empty if they are left out. */
    Optional<String> grantee(String role);

    /** The role that grants the privileges that this role granted; empty if they are left out. */
    Optional<String> grantor(String role);

    /** Whether a role that is not a superuser can create an extension. */
    boolean canCreateExtension(String name);
  }

  private static final int BUFFER = 1 << 17;
  private static final String LEFT_OUT = "";

  private final Map<String, String> names;
  private final Roles roles;
  private final TenantSearchPath path;
  private final RestrictedObjects restricted;
  private final SqlLexer lexer = new SqlLexer();

  /** Whether the search path is the tenant's; pg_restore's is empty. */
  private boolean onPath;

  /** Between SET and RESET SESSION AUTHORIZATION of a role that is left out. */
  private boolean leavingOut;

  /**
   * @param names the new name for each old one
   * @param path the search path of the tenant's functions
   */
  ScriptRewriter(Map<String, String> names, Roles roles, TenantSearchPath path) {
    Map<String, String> changed = new TreeMap<>(names);
    changed.entrySet().removeIf(name -> name.getKey().equals(name.getValue()));
    this.names = changed;
    this.roles = roles;
    this.path = path;
    this.restricted = new RestrictedObjects(roles::canCreateExtension);
  }

  /** What was left out or changed, in sentences. */
  List<String> notes() {
    return restricted.notes();
  }

  /** Rewrites the whole script; closes nothing. */
  void write(InputStream script, OutputStream to) throws IOException {
    OutputStream out = new BufferedOutputStream(to, BUFFER);
    byte[] buffer = new byte[BUFFER];
    ByteArrayOutputStream partial = new ByteArrayOutputStream(256);
    boolean data = false;
    for (int read = script.read(buffer); read >= 0; read = script.read(buffer)) {
      int from = 0;
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          if (partial.size() > 0) {
            partial.write(buffer, from, i + 1 - from);
            byte[] line = partial.toByteArray();
            data = line(line, 0, line.length, data, out);
            partial.reset();
          } else {
            data = line(buffer, from, i + 1 - from, data, out);
          }
          from = i + 1;
        }
      }
      partial.write(buffer, from, read - from);
    }
    out.write(lexer.text().getBytes(StandardCharsets.ISO_8859_1));
    out.write(partial.toByteArray());
    out.flush();
  }

  /** Returns whether data follows. */
  private boolean line(byte[] buffer, int from, int length, boolean data, OutputStream out)
      throws IOException {
    if (data) {
      out.write(buffer, from, length);
      return !isEndOfData(buffer, from, length);
    }
    String line = new String(buffer, from, length, StandardCharsets.ISO_8859_1);
    if (lexer.isEmpty() && line.startsWith("\\")) {
      out.write(lexer.text().getBytes(StandardCharsets.ISO_8859_1));
      lexer.reset();
      out.write(buffer, from, length);
      return false;
    }
    if (!lexer.read(renamed(line))) {
      return false;
    }
    boolean copy = isCopyFromStdin(lexer.tokens());
    String statement =
        restricted
            .permitted(lexer.text(), lexer.tokens())
            .map(text -> rewritten(text, lexer.tokens()))
            .orElse(LEFT_OUT);
    out.write(onPath(copy, statement).getBytes(StandardCharsets.ISO_8859_1));
    lexer.reset();
    return copy;
  }

  /**
   * Sets the tenant's search path while rows are loaded: checks and generated columns call its
   * functions, which may use unqualified names. COPY itself uses qualified names.
   */
  private String onPath(boolean copy, String statement) {
    if (copy == onPath) {
      return statement;
    }
    onPath = copy;
    return (copy ? bytes(path.setting(false)) : TenantSearchPath.unsetting(false))
        + ";\n"
        + statement;
  }

  private static boolean isEndOfData(byte[] buffer, int from, int length) {
    return length == 3 && buffer[from] == '\\' && buffer[from + 1] == '.';
  }

  private static boolean isCopyFromStdin(List<Token> tokens) {
    int end = tokens.size();
    return end > 4
        && tokens.getFirst().is("COPY")
        && tokens.get(end - 3).is("FROM")
        && tokens.get(end - 2).is("STDIN");
  }

  private String renamed(String line) {
    String text = line;
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    return text;
  }

  private String rewritten(String text, List<Token> tokens) {
    Token first = tokens.getFirst();
    if (first.is("SET") && matches(tokens, 1, "SESSION", "AUTHORIZATION")) {
      return asGrantor(tokens.get(3));
    }
    if (first.is("RESET") && matches(tokens, 1, "SESSION", "AUTHORIZATION")) {
      boolean nothing = leavingOut;
      leavingOut = false;
      return nothing ? LEFT_OUT : "RESET ROLE;\n";
    }
    if (leavingOut) {
      return LEFT_OUT;
    }
    if (first.is("GRANT") || first.is("REVOKE")) {
      return withGrantee(text, tokens, 0);
    }
    if (first.is("ALTER")) {
      return altered(text, tokens);
    }
    if (first.is("CREATE") && matches(tokens, 1, "POLICY")) {
      return withPolicyRoles(text, tokens);
    }
    if (first.is("REFRESH")) {
      return withoutFailing(text, tokens);
    }
    if (first.is("CREATE") && evaluatesExpressions(tokens)) {
      return retriedOnPath(text, tokens);
    }
    return text;
  }

  /**
   * Whether a statement evaluates expressions: of indexes, or of generated columns and partition
   * keys, which are planned at once.
   */
  private static boolean evaluatesExpressions(List<Token> tokens) {
    Token kind =
        tokens.get(1).is("UNIQUE") || tokens.get(1).is("UNLOGGED") ? tokens.get(2) : tokens.get(1);
    boolean planned =
        tokens.stream().anyMatch(token -> token.is("GENERATED") || token.is("PARTITION"));
    return kind.is("INDEX") || (kind.is("TABLE") && planned);
  }

  /**
   * Runs a statement as pg_dump wrote it, so that unqualified names are PostgreSQL's own and its
   * meaning does not change; if it fails, retries it with the search path that its functions may
   * need.
   */
  private String retriedOnPath(String text, List<Token> tokens) {
    String statement =
        "EXECUTE "
            + literal(text.substring(tokens.getFirst().start(), tokens.getLast().start()))
            + ";\n";
    return doBlock(
        "BEGIN %1$s EXCEPTION WHEN OTHERS THEN %2$s; %1$s %3$s; END"
            .formatted(
                statement,
                bytes(path.setting(true)).replaceFirst("SELECT", "PERFORM"),
                TenantSearchPath.unsetting(true).replaceFirst("SELECT", "PERFORM")));
  }

  private static String doBlock(String body) {
    return "DO %s;\n".formatted(literal(body));
  }

  private static String literal(String text) {
    return Identifiers.literal(text);
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /**
   * Leaves a materialized view empty if its owner can no longer populate it: no data is lost, and
   * the rest is restored.
   */
  private String withoutFailing(String text, List<Token> tokens) {
    String refresh = text.substring(tokens.getFirst().start(), tokens.getLast().start());
    return doBlock(
        "BEGIN %s; %s; %s; EXCEPTION WHEN OTHERS THEN RAISE WARNING '%%', SQLERRM; END"
            .formatted(
                bytes(path.setting(true)).replaceFirst("SELECT", "PERFORM"),
                refresh,
                TenantSearchPath.unsetting(true).replaceFirst("SELECT", "PERFORM")));
  }

  static boolean matches(List<Token> tokens, int from, String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (from + i >= tokens.size() || !tokens.get(from + i).is(keywords[i])) {
        return false;
      }
    }
    return true;
  }

  /** Uses SET ROLE instead, because only a superuser may change the session authorization. */
  private String asGrantor(Token role) {
    Optional<String> grantor = roles.grantor(nameOf(role));
    leavingOut = grantor.isEmpty();
    return grantor.map(name -> "SET ROLE %s;\n".formatted(quote(name))).orElse(LEFT_OUT);
  }

  private String altered(String text, List<Token> tokens) {
    if (matches(tokens, 1, "DEFAULT", "PRIVILEGES", "FOR", "ROLE")) {
      Token role = tokens.get(5);
      Optional<String> owner = roles.grantor(nameOf(role));
      if (owner.isEmpty()) {
        return LEFT_OUT;
      }
      String grant = withGrantee(text, tokens, 6);
      // The role comes before the grantee, whose position therefore did not change.
      return grant.isEmpty() ? LEFT_OUT : replaced(grant, role, owner);
    }
    int end = tokens.size();
    if (end > 5 && matches(tokens, end - 4, "OWNER", "TO") && tokens.get(end - 2).isName()) {
      Token role = tokens.get(end - 2);
      return replaced(text, role, Optional.of(roles.owner(nameOf(role))));
    }
    return matches(tokens, 1, "TABLE") && changesExpression(tokens)
        ? retriedOnPath(text, tokens)
        : text;
  }

  /** ALTER TABLE … ADD CONSTRAINT, … ALTER COLUMN: a constraint, or a column that is generated. */
  private static boolean changesExpression(List<Token> tokens) {
    for (int i = 3; i < Math.min(tokens.size(), 8); i++) {
      if (matches(tokens, i, "ADD", "CONSTRAINT") || matches(tokens, i, "ALTER", "COLUMN")) {
        return true;
      }
    }
    return false;
  }

  /** GRANT … TO role, REVOKE … FROM role: pg_dump names one role in each. */
  private String withGrantee(String text, List<Token> tokens, int from) {
    boolean grant =
        tokens.subList(from, tokens.size()).stream()
            .filter(token -> token.is("GRANT") || token.is("REVOKE"))
            .findFirst()
            .filter(token -> token.is("GRANT"))
            .isPresent();
    int at = lastKeyword(tokens, from, grant ? "TO" : "FROM");
    if (at < 0 || at + 1 >= tokens.size() || !tokens.get(at + 1).isName()) {
      return text;
    }
    Token role = tokens.get(at + 1);
    return role.is("PUBLIC") ? text : replaced(text, role, roles.grantee(nameOf(role)));
  }

  private static int lastKeyword(List<Token> tokens, int from, String keyword) {
    for (int i = tokens.size() - 1; i >= from; i--) {
      if (tokens.get(i).depth() == 0 && tokens.get(i).is(keyword)) {
        return i;
      }
    }
    return -1;
  }

  private String withPolicyRoles(String text, List<Token> tokens) {
    int at = 0;
    while (at < tokens.size() && !(tokens.get(at).depth() == 0 && tokens.get(at).is("TO"))) {
      at++;
    }
    List<Token> named = new ArrayList<>();
    for (int i = at + 1; i < tokens.size() && tokens.get(i).isName(); i += 2) {
      named.add(tokens.get(i));
      if (i + 1 >= tokens.size() || !tokens.get(i + 1).text().equals(",")) {
        break;
      }
    }
    if (named.isEmpty()) {
      return text;
    }
    List<String> kept = new ArrayList<>();
    for (Token role : named) {
      if (role.is("PUBLIC")) {
        kept.add("PUBLIC");
      } else {
        roles.grantee(nameOf(role)).map(ScriptRewriter::quote).ifPresent(kept::add);
      }
    }
    // Without any role of this server, the policy has no effect.
    return kept.isEmpty()
        ? LEFT_OUT
        : text.substring(0, named.getFirst().start())
            + String.join(", ", kept)
            + text.substring(named.getLast().end());
  }

  private static String replaced(String text, Token role, Optional<String> other) {
    if (other.isEmpty()) {
      return LEFT_OUT;
    }
    return other.get().equals(nameOf(role))
        ? text
        : text.substring(0, role.start()) + quote(other.get()) + text.substring(role.end());
  }

  /** Decodes a name, because the characters of the script are bytes. */
  static String nameOf(Token token) {
    return new String(token.name().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String quote(String name) {
    return bytes(Identifiers.quote(name));
  }
}
