package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a transaction is to be followed by, and how rows are read and values bound. */
class DatabaseTest {

  private final List<String> done = new ArrayList<>();

  private static Future<List<Map<String, Object>>> nothing(String statement) {
    return Future.succeededFuture(List.of());
  }

  private static Future<List<Map<String, Object>>> refused() {
    return Future.failedFuture(new PgException("refused", "ERROR", "40001", ""));
  }

  @Test
  void whatFollowsACommitIsDoneAfterItAndWithoutTheConnection() {
    FakePostgres postgres = new FakePostgres(DatabaseTest::nothing);

    postgres
        .database()
        .transact(
            sql -> {
              sql.afterCommit(() -> done.addAll(postgres.asked()));
              sql.afterCommit(() -> done.add("next"));
              sql.send("INSERT");
              assertThat(done).isEmpty();
            });

    assertThat(done).containsExactly("BEGIN", "INSERT []", "COMMIT", "close", "next");
  }

  @Test
  void nothingFollowsARollback() {
    FakePostgres postgres = new FakePostgres(DatabaseTest::nothing);

    assertThatThrownBy(
            () ->
                postgres
                    .database()
                    .transact(
                        sql -> {
                          sql.afterCommit(() -> done.add("done"));
                          throw new IllegalStateException("changed my mind");
                        }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(postgres.asked()).containsExactly("BEGIN", "ROLLBACK", "close");
    assertThat(done).isEmpty();
  }

  @Test
  void nothingFollowsAStatementThatWasSentAndRefused() {
    FakePostgres postgres =
        new FakePostgres(asked -> asked.equals("INSERT") ? refused() : nothing(asked));

    assertThatThrownBy(
            () ->
                postgres
                    .database()
                    .transact(
                        sql -> {
                          sql.afterCommit(() -> done.add("done"));
                          sql.send("INSERT");
                        }))
        .isInstanceOf(SqlError.class);

    assertThat(done).isEmpty();
  }

  @Test
  void nothingFollowsACommitThatIsRefused() {
    FakePostgres postgres =
        new FakePostgres(asked -> asked.equals("COMMIT") ? refused() : nothing(asked));

    assertThatThrownBy(
            () -> postgres.database().transact(sql -> sql.afterCommit(() -> done.add("done"))))
        .isInstanceOf(SqlError.class);

    assertThat(done).isEmpty();
  }

  @Test
  void outsideOfATransactionItIsDoneAtOnce() {
    new FakePostgres(DatabaseTest::nothing).database().afterCommit(() -> done.add("done"));

    assertThat(done).containsExactly("done");
  }

  @Test
  void rowsAreReadInTheirOrder() {
    Database database =
        new FakePostgres(
                asked -> Future.succeededFuture(List.of(Map.of("n", "one"), Map.of("n", "two"))))
            .database();

    assertThat(database.list(row -> row.getString("n"), "SELECT")).containsExactly("one", "two");
    assertThat(database.first(row -> row.getString("n"), "SELECT")).contains("one");
    String one = database.one(row -> row.getString("n"), "SELECT");
    assertThat(one).isEqualTo("one");
    assertThat(database.exists("SELECT")).isTrue();
    assertThat(database.changed("UPDATE")).isEqualTo(2);
    assertThat(database.changedOne("UPDATE")).isFalse();
  }

  @Test
  void noRowIsNothing() {
    Database database = new FakePostgres(DatabaseTest::nothing).database();

    assertThat(database.list(row -> row.getString("n"), "SELECT")).isEmpty();
    assertThat(database.first(row -> row.getString("n"), "SELECT")).isEmpty();
    assertThat(database.exists("SELECT")).isFalse();
    assertThat(database.changedOne("UPDATE")).isFalse();
  }

  @Test
  void valuesAreBoundAsPostgresKnowsThem() {
    FakePostgres postgres = new FakePostgres(DatabaseTest::nothing);

    postgres
        .database()
        .run(
            "SELECT",
            Instant.parse("2026-11-21T04:44:07Z"),
            Duration.ofMillis(1500),
            TimeUnit.DAYS,
            Optional.empty(),
            Optional.of(Duration.ofSeconds(2)),
            null,
            7);

    assertThat(postgres.asked().getFirst())
        .isEqualTo("SELECT [2026-11-21T04:44:07Z,1.5,DAYS,null,2.0,null,7]");
  }
}
