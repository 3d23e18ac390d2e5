package io.tenantry.backup.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a script into statements and a statement into tokens, line by line, as psql does: it
 * recognizes quotes, dollar quotes, comments and parentheses. Characters are bytes, so that a
 * script in any encoding passes unchanged.
 */
final class SqlLexer {

  /** What a token is. */
  enum Kind {
    /** An identifier without quotes, or a keyword. */
    WORD,
    /** An identifier in double quotes. */
    QUOTED,
    /** A literal, a number or a symbol. */
    OTHER
  }

  /**
   * A token of a statement.
   *
   * @param depth how many parentheses are open around it
   */
  record Token(Kind kind, int start, int end, int depth, String text) {

    /** Whether it is this keyword. */
    boolean is(String keyword) {
      return kind == Kind.WORD && text.toUpperCase(Locale.ROOT).equals(keyword);
    }

    /** Whether it can name something. */
    boolean isName() {
      return kind != Kind.OTHER;
    }

    /** What it names. */
    String name() {
      return kind == Kind.QUOTED
          ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
          : text;
    }
  }

  private enum State {
    NORMAL,
    STRING,
    ESCAPE_STRING,
    IDENTIFIER,
    DOLLAR_QUOTE,
    COMMENT
  }

  private final StringBuilder statement = new StringBuilder();
  private final List<Token> tokens = new ArrayList<>();
  private State state = State.NORMAL;
  private int tokenStart;
  private int depth;
  private int commentDepth;
  private String dollarTag = "";
  private boolean complete;

  /** Whether no statement was started. */
  boolean isEmpty() {
    return state == State.NORMAL && tokens.isEmpty();
  }

  /** What was read since the last statement. */
  String text() {
    return statement.toString();
  }

  /** The statement's tokens, without comments. */
  List<Token> tokens() {
    return tokens;
  }

  /** Starts the next statement. */
  void reset() {
    statement.setLength(0);
    tokens.clear();
    state = State.NORMAL;
    depth = 0;
    complete = false;
  }

  /**
   * Reads one line, with its line feed.
   *
   * @return whether a statement ends with it
   */
  boolean read(String line) {
    int at = statement.length();
    statement.append(line);
    while (at < statement.length()) {
      at =
          switch (state) {
            case NORMAL -> normal(at);
            case STRING -> quoted(at, '\'', false, Kind.OTHER);
            case ESCAPE_STRING -> quoted(at, '\'', true, Kind.OTHER);
            case IDENTIFIER -> quoted(at, '"', false, Kind.QUOTED);
            case DOLLAR_QUOTE -> dollarQuoted(at);
            case COMMENT -> comment(at);
          };
    }
    return complete && state == State.NORMAL;
  }

  private int normal(int at) {
    char c = statement.charAt(at);
    if (Character.isWhitespace(c)) {
      return at + 1;
    }
    if (c == '-' && startsWith(at, "--")) {
      int end = statement.indexOf("\n", at);
      return end < 0 ? statement.length() : end + 1;
    }
    if (c == '/' && startsWith(at, "/*")) {
      state = State.COMMENT;
      commentDepth = 1;
      return at + 2;
    }
    complete = false;
    tokenStart = at;
    if (c == '\'') {
      state = State.STRING;
      return at + 1;
    }
    if (c == '"') {
      state = State.IDENTIFIER;
      return at + 1;
    }
    if (c == '$') {
      return dollar(at);
    }
    if (isWordStart(c)) {
      return word(at);
    }
    return symbol(at, c);
  }

  private boolean startsWith(int at, String text) {
    return statement.length() >= at + text.length()
        && statement.substring(at, at + text.length()).equals(text);
  }

  private static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
  }

  private int word(int at) {
    int end = at + 1;
    while (end < statement.length() && isWordPart(statement.charAt(end))) {
      end++;
    }
    boolean escapes =
        end == at + 1
            && Character.toUpperCase(statement.charAt(at)) == 'E'
            && end < statement.length()
            && statement.charAt(end) == '\'';
    if (escapes) {
      state = State.ESCAPE_STRING;
      return end + 1;
    }
    add(Kind.WORD, end);
    return end;
  }

  private int symbol(int at, char c) {
    if (c == '(') {
      depth++;
    } else if (c == ')') {
      depth--;
    } else if (c == ';' && depth <= 0) {
      complete = true;
    }
    // Digits are one token, so that a word does not start within a number.
    int end = at + 1;
    if (c >= '0' && c <= '9') {
      while (end < statement.length() && isWordPart(statement.charAt(end))) {
        end++;
      }
    }
    add(Kind.OTHER, end);
    return end;
  }

  /** The start of a dollar quote, or a parameter or a symbol. */
  private int dollar(int at) {
    int end = at + 1;
    if (end < statement.length() && isWordStart(statement.charAt(end))) {
      while (end < statement.length()
          && isWordPart(statement.charAt(end))
          && statement.charAt(end) != '$') {
        end++;
      }
    }
    if (end < statement.length() && statement.charAt(end) == '$') {
      dollarTag = statement.substring(at, end + 1);
      state = State.DOLLAR_QUOTE;
      return end + 1;
    }
    add(Kind.OTHER, at + 1);
    return at + 1;
  }

  private int dollarQuoted(int at) {
    int end = statement.indexOf(dollarTag, at);
    if (end < 0) {
      return statement.length();
    }
    state = State.NORMAL;
    add(Kind.OTHER, end + dollarTag.length());
    return end + dollarTag.length();
  }

  private int quoted(int from, char quote, boolean escapes, Kind kind) {
    for (int at = from; at < statement.length(); at++) {
      char c = statement.charAt(at);
      if (escapes && c == '\\') {
        at++;
      } else if (c == quote) {
        if (at + 1 < statement.length() && statement.charAt(at + 1) == quote) {
          at++;
        } else {
          state = State.NORMAL;
          add(kind, at + 1);
          return at + 1;
        }
      }
    }
    return statement.length();
  }

  private int comment(int at) {
    if (startsWith(at, "/*")) {
      commentDepth++;
      return at + 2;
    }
    if (startsWith(at, "*/")) {
      commentDepth--;
      if (commentDepth == 0) {
        state = State.NORMAL;
      }
      return at + 2;
    }
    return at + 1;
  }

  private void add(Kind kind, int end) {
    tokens.add(
        new Token(
            kind,
            tokenStart,
            end,
            depth,
            kind == Kind.OTHER && end - tokenStart > 1
                ? ""
                : statement.substring(tokenStart, end)));
  }
}
