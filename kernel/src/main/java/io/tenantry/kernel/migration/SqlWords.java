package io.tenantry.kernel.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a statement outside of comments, literals and parentheses.
 *
 * @param start the position of the first word, counted from 0
 * @param words in upper case; quoted names and literals as {@code ""}
 * @param names the words as PostgreSQL reads names: quoted ones unchanged, others in lower case
 */
record SqlWords(int start, List<String> words, List<String> names) {

  /** The limit of words that are read; the first ones determine what a statement does. */
  private static final int MOST = 64;

  /** A quoted name becomes a word that is not a keyword. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<skip>\\s+|--[^\\n]*)|(?<quoted>\"(?:[^\"]|\"\")*+\"|'(?:[^']|'')*+')|(?<word>[\\p{L}_][\\p{L}\\p{N}_$]*)|(?<other>.)",
          Pattern.DOTALL);

  static SqlWords of(String sql) {
    List<String> words = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Matcher token = TOKEN.matcher(sql);
    int start = -1;
    int depth = 0;
    int position = 0;
    while (words.size() < MOST && position < sql.length()) {
      if (sql.startsWith("/*", position)) {
        position = afterComment(sql, position);
        continue;
      }
      token.region(position, sql.length());
      if (!token.lookingAt()) {
        break;
      }
      if (token.group("skip") == null) {
        start = start < 0 ? position : start;
        depth += depthChange(token.group("other"));
        if (depth == 0) {
          add(words, names, token);
        }
      }
      position = token.end();
    }
    return new SqlWords(Math.max(start, 0), List.copyOf(words), List.copyOf(names));
  }

  private static void add(List<String> words, List<String> names, Matcher token) {
    String word = token.group("word");
    String quoted = token.group("quoted");
    if (word != null) {
      words.add(word.toUpperCase(Locale.ROOT));
      names.add(word.toLowerCase(Locale.ROOT));
    } else if (quoted != null) {
      words.add("\"\"");
      names.add(quoted.substring(1, quoted.length() - 1).replace("\"\"", "\""));
    }
  }

  private static int depthChange(String other) {
    return "(".equals(other) ? 1 : ")".equals(other) ? -1 : 0;
  }

  /** Comments nest. */
  private static int afterComment(String sql, int from) {
    int depth = 0;
    int position = from;
    do {
      if (sql.startsWith("/*", position)) {
        depth++;
        position += 2;
      } else if (sql.startsWith("*/", position)) {
        depth--;
        position += 2;
      } else {
        position++;
      }
    } while (depth > 0 && position < sql.length());
    return position;
  }

  String word(int index) {
    return index < words.size() ? words.get(index) : "";
  }

  /** The word at an index as a name; empty if there is none. */
  String name(int index) {
    return index < names.size() ? names.get(index) : "";
  }

  /** The word after the first occurrence of a word; empty if there is none. */
  String after(String word) {
    int index = words.indexOf(word);
    return index < 0 ? "" : word(index + 1);
  }

  boolean contains(String word) {
    return words.contains(word);
  }
}
