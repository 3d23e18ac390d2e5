package io.tenantry.kernel.db;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** Connection operations that the driver's interface lacks. */
public final class Connections {

  private static final AttributeKey<Long> CHECKED_AT =
      AttributeKey.valueOf(Connections.class, "checkedAt");

  private Connections() {}

  /**
   * Closes a connection whose server has stopped responding, for example after a power failure or a
   * network partition. The driver's own close sends a message and waits for the server to close; a
   * pool would hand such a connection out again; and TCP times out only after a quarter of an hour.
   */
  public static void drop(SqlConnection connection) {
    Channel channel = channel(connection);
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
  }

  /**
   * Whether {@link #noteChecked} was called for the connection since then, by any user of its pool.
   *
   * @param nanoTime of {@link System#nanoTime}
   */
  static boolean isCheckedSince(SqlConnection connection, long nanoTime) {
    Long checkedAt = channel(connection).attr(CHECKED_AT).get();
    return checkedAt != null && checkedAt - nanoTime >= 0;
  }

  /**
   * The server has answered on this connection a statement that was sent after this time.
   *
   * @param nanoTime of {@link System#nanoTime}
   */
  static void noteChecked(SqlConnection connection, long nanoTime) {
    channel(connection).attr(CHECKED_AT).set(nanoTime);
  }

  private static Channel channel(SqlConnection connection) {
    Connection inner = ((SqlConnectionInternal) connection).unwrap();
    while (!(inner instanceof SocketConnectionBase)) {
      inner = inner.unwrap();
    }
    return ((SocketConnectionBase) inner).socket().channelHandlerContext().channel();
  }
}
