package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.postgres.SqlLexer.Token;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B4")
class SqlLexerTest {

  private final SqlLexer lexer = new SqlLexer();

  private boolean read(String... lines) {
    return Stream.of(lines).map(line -> lexer.read(line + "\n")).reduce((a, b) -> b).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1;",
        "SELECT 1; -- the end",
        "SELECT 1; /* the /* inner */ end */",
        "SELECT ';' ;",
        "SELECT ';'';' ;",
        "SELECT E'\\';' ;",
        "SELECT \";\" ;",
        "SELECT $$;$$ ;",
        "SELECT $a$ $$;$b$ $a$ ;",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;"
      })
  void endsStatementAtItsLastSemicolon(String line) {
    assertThat(read(line)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT ';",
        "SELECT E'\\';",
        "SELECT \";",
        "SELECT $$;",
        "SELECT $a$;$b$;",
        "SELECT 1 -- ;",
        "SELECT 1 /* ; */",
        "SELECT 1; /* open",
        "SELECT 1 /* /* */ ;"
      })
  void doesNotEndStatementWithin(String line) {
    assertThat(read(line)).isFalse();
  }

  @Test
  void continuesOverLines() {
    assertThat(read("COMMENT ON TABLE a IS 'one;", "two;'", ";")).isTrue();
    assertThat(lexer.text()).isEqualTo("COMMENT ON TABLE a IS 'one;\ntwo;'\n;\n");
  }

  @Test
  void namesLoseTheirQuotesAndCommentsAreNoTokens() {
    read("ALTER TABLE \"my \"\"own\"\" table\" /* x */ OWNER TO car_1; -- y");

    assertThat(lexer.tokens().stream().filter(Token::isName).map(Token::name))
        .containsExactly("ALTER", "TABLE", "my \"own\" table", "OWNER", "TO", "car_1");
    assertThat(lexer.tokens().getFirst().is("ALTER")).isTrue();
    assertThat(lexer.tokens().get(2).is("MY \"OWN\" TABLE")).isFalse();
  }

  @Test
  void startsAgainAfterStatement() {
    read("SELECT 'a';");
    lexer.reset();

    assertThat(lexer.isEmpty()).isTrue();
    assertThat(lexer.text()).isEmpty();
    assertThat(read("-- only a comment")).isFalse();
    assertThat(lexer.isEmpty()).isTrue();
    assertThat(read("SELECT 2;")).isTrue();
  }
}
