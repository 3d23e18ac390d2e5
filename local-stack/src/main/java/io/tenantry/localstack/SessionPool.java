package io.tenantry.localstack;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pool of sessions in the control and the maintenance database. */
final class SessionPool {

  private static final Set<String> POOLED_DATABASES = Set.of("postgres", ControlDatabase.NAME);
  private static final Map<Login, Queue<Connection>> IDLE = new ConcurrentHashMap<>();

  private SessionPool() {}

  private record Login(String url, String user) {}

  static Connection borrow(PostgresAddress server, String database, String user, String password)
      throws SQLException {
    if (!POOLED_DATABASES.contains(database)) {
      return server.connect(database, user, password);
    }
    Queue<Connection> idle =
        IDLE.computeIfAbsent(
            new Login(server.jdbcUrl(database), user), login -> new ConcurrentLinkedQueue<>());
    Optional<Connection> pooled = takeUsable(idle);
    return releaseOnClose(
        pooled.isPresent() ? pooled.get() : server.connect(database, user, password), idle);
  }

  private static Optional<Connection> takeUsable(Queue<Connection> idle) throws SQLException {
    for (Connection next = idle.poll(); next != null; next = idle.poll()) {
      if (next.isValid(1)) {
        return Optional.of(next);
      }
      next.close();
    }
    return Optional.empty();
  }

  /** Wraps a session so that {@code close} resets it and returns it to the pool. */
  private static Connection releaseOnClose(Connection session, Queue<Connection> idle) {
    AtomicBoolean closed = new AtomicBoolean();
    return (Connection)
        Proxy.newProxyInstance(
            SessionPool.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (!closed.getAndSet(true)) {
                  release(session, idle);
                }
                return null;
              }
              try {
                return method.invoke(session, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void release(Connection session, Queue<Connection> idle) throws SQLException {
    try (Statement statement = session.createStatement()) {
      if (!session.getAutoCommit()) {
        session.rollback();
        session.setAutoCommit(true);
      }
      statement.execute("DISCARD ALL");
      idle.add(session);
    } catch (SQLException e) {
      // The server terminated the session; its user got the error.
      session.close();
    }
  }

  static void closeIdle(PostgresAddress server, String database) throws SQLException {
    for (Map.Entry<Login, Queue<Connection>> entry : IDLE.entrySet()) {
      if (entry.getKey().url().equals(server.jdbcUrl(database))) {
        for (Connection next = entry.getValue().poll();
            next != null;
            next = entry.getValue().poll()) {
          next.close();
        }
      }
    }
  }
}
