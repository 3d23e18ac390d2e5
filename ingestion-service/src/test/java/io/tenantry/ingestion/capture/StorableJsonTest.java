package io.tenantry.ingestion.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.http.JsonNumber;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PostgreSQL stores exactly what is called storable as {@code jsonb}. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("N1")
class StorableJsonTest {

  private static final int RANDOM_NUMBERS = 2000;

  LocalStack stack;

  /** Numbers at the edges, each also negative. */
  static List<String> edges() {
    return List.of(
        "0",
        "0.0",
        "1e131071",
        "1e131072",
        "1E+131071",
        "10e131070",
        "10e131071",
        "0.1e131072",
        "0.1e131073",
        "0.00001e131076",
        "0.00001e131077",
        "1.5e131071",
        "9.99e131071",
        "1e000000000000131071",
        "1e000000000000131072",
        "1e-000000000000016383",
        "1e-000000000000016384",
        "1e1000000",
        "1e1073741822",
        "1e99999999999999999999999",
        "1e-99999999999999999999999",
        "1e-16383",
        "1e-16384",
        "1.0e-16382",
        "1.0e-16383",
        "10e-16383",
        "10e-16384",
        "0e-16383",
        "0e-16384",
        "0e-99999",
        "0.0e-16382",
        "0.0e-16383",
        "0e131072",
        "0e1000000",
        "0e1073741822",
        "0e99999999999",
        "0.00e1000000",
        "1".repeat(131_072),
        "1".repeat(131_073),
        "1".repeat(131_072) + ".5",
        "1".repeat(131_072) + "e-1",
        "1".repeat(131_073) + "e-1",
        "1".repeat(147_455) + "e-16383",
        "1".repeat(147_456) + "e-16383",
        "0." + "1".repeat(16_383),
        "0." + "1".repeat(16_384),
        "0." + "0".repeat(16_383),
        "0." + "0".repeat(16_384),
        "0." + "0".repeat(16_383) + "1e1",
        "0." + "0".repeat(20_000) + "1e3618",
        "0." + "0".repeat(20_000) + "1e3617");
  }

  @ParameterizedTest
  @MethodSource("edges")
  void judgesNumbersAtLimitsAsPostgresqlDoes(String number) throws SQLException {
    try (Connection connection = stack.postgres().connect("postgres")) {
      for (String sign : List.of("", "-")) {
        assertThat(isStorable(sign + number)).isEqualTo(isStored(connection, sign + number));
      }
    }
  }

  @Test
  void judgesRandomNumbersAsPostgresqlDoes() throws SQLException {
    Random random = new Random(1);
    List<String> wrong = new ArrayList<>();
    int refused = 0;
    try (Connection connection = stack.postgres().connect("postgres")) {
      for (int n = 0; n < RANDOM_NUMBERS; n++) {
        String number = number(random);
        boolean stored = isStored(connection, number);
        refused += stored ? 0 : 1;
        if (isStorable(number) != stored) {
          wrong.add(number);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(refused).isBetween(RANDOM_NUMBERS / 10, RANDOM_NUMBERS * 9 / 10);
  }

  private static String number(Random random) {
    String integer = random.nextBoolean() ? "0" : (1 + random.nextInt(9)) + digits(random);
    String fraction = random.nextBoolean() ? "" : "." + random.nextInt(10) + digits(random);
    int edge = random.nextBoolean() ? 131_072 : -16_383;
    return (random.nextBoolean() ? "-" : "")
        + integer
        + fraction
        + (random.nextBoolean() ? "e" : "E")
        + (edge - 12 + random.nextInt(24));
  }

  private static String digits(Random random) {
    StringBuilder digits = new StringBuilder();
    for (int n = random.nextInt(10); n > 0; n--) {
      digits.append(random.nextInt(3) == 0 ? random.nextInt(10) : 0);
    }
    return digits.toString();
  }

  /** The largest accepted body reaches no other limit of jsonb. */
  @Test
  void storesLargestBodies() throws SQLException {
    int largest = 4 << 20;
    List<String> bodies =
        List.of(
            "\"" + "x".repeat(largest) + "\"",
            "[" + "1,".repeat(largest / 2) + "1]",
            "[" + "\"\",".repeat(largest / 3) + "1]",
            "{\"" + "k".repeat(50_000) + "\":1}",
            "[".repeat(1000) + "]".repeat(1000),
            "{\"a\":".repeat(1000) + "1" + "}".repeat(1000));
    try (Connection connection = stack.postgres().connect("postgres")) {
      for (String body : bodies) {
        assertThat(JsonText.problem(body.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(isStored(connection, body)).isTrue();
      }
    }
  }

  private static boolean isStorable(String number) {
    char[] text = ("[" + number + "]").toCharArray();
    return JsonNumber.isStorable(text, 1, number.length());
  }

  private static boolean isStored(Connection connection, String json) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?::jsonb IS NOT NULL")) {
      statement.setString(1, json);
      return statement.executeQuery().next();
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("22003");
      return false;
    }
  }
}
