package io.tenantry.kernel.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Notes what is asked, and answers it from the test: for rules that need no server. */
public final class FakePostgres {

  private final Function<String, Future<List<Map<String, Object>>>> answers;
  private final List<String> asked = new ArrayList<>();

  /**
   * @param answers the rows by their columns' names, for each statement
   */
  public FakePostgres(Function<String, Future<List<Map<String, Object>>>> answers) {
    this.answers = answers;
  }

  /** It, for sequential code. */
  public Database database() {
    return new Database(
        proxy(Pool.class, (self, method, arguments) -> Future.succeededFuture(connection())),
        Duration.ofSeconds(5));
  }

  /** All statements so far, with their parameters' values; {@code close} for a connection's end. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private SqlConnection connection() {
    return proxy(
        SqlConnection.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "query" ->
                  proxy(Query.class, (query, execute, none) -> answer((String) arguments[0], ""));
              case "preparedQuery" ->
                  proxy(
                      PreparedQuery.class,
                      (query, execute, values) ->
                          answer((String) arguments[0], " " + printed((Tuple) values[0])));
              case "close" -> {
                asked.add("close");
                yield Future.succeededFuture();
              }
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static String printed(Tuple values) {
    return IntStream.range(0, values.size())
        .mapToObj(values::getValue)
        .map(value -> value instanceof Object[] array ? Arrays.deepToString(array) : "" + value)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private Future<RowSet<Row>> answer(String statement, String parameters) {
    asked.add(statement + parameters);
    return answers.apply(statement).map(FakePostgres::rows);
  }

  @SuppressWarnings("unchecked")
  private static RowSet<Row> rows(List<Map<String, Object>> contents) {
    List<Row> rows = contents.stream().map(FakePostgres::row).toList();
    return proxy(
        RowSet.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "size", "rowCount" -> rows.size();
              case "spliterator" -> rows.spliterator();
              case "iterator" -> iterator(rows.iterator());
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static RowIterator<Row> iterator(Iterator<Row> rows) {
    return new RowIterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return rows.next();
      }
    };
  }

  private static Row row(Map<String, Object> content) {
    return proxy(Row.class, (self, method, arguments) -> content.get(arguments[0]));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
