package io.tenantry.kernel.db;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** Connection operations that the driver's interface lacks. */
public final class Connections {

  private static final AttributeKey<Integer> MARK = AttributeKey.valueOf(Connections.class, "mark");

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
   * Whether the connection was marked with this number, which stays when its pool lends it again.
   */
  static boolean isMarked(SqlConnection connection, int number) {
    Integer mark = channel(connection).attr(MARK).get();
    return mark != null && mark == number;
  }

  /** Marks the connection, which replaces an earlier mark. */
  static void mark(SqlConnection connection, int number) {
    channel(connection).attr(MARK).set(number);
  }

  private static Channel channel(SqlConnection connection) {
    Connection inner = ((SqlConnectionInternal) connection).unwrap();
    while (!(inner instanceof SocketConnectionBase)) {
      inner = inner.unwrap();
    }
    return ((SocketConnectionBase) inner).socket().channelHandlerContext().channel();
  }
}
