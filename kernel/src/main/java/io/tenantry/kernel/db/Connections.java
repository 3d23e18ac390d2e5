package io.tenantry.kernel.db;

import io.netty.channel.Channel;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** Connection operations that the driver's interface lacks. */
public final class Connections {

  private Connections() {}

  /**
   * Closes a connection whose server has stopped responding, for example after a power failure or a
   * network partition. The driver's own close sends a message and waits for the server to close; a
   * pool would hand such a connection out again; and TCP times out only after a quarter of an hour.
   */
  public static void drop(SqlConnection connection) {
    Connection inner = ((SqlConnectionInternal) connection).unwrap();
    while (!(inner instanceof SocketConnectionBase)) {
      inner = inner.unwrap();
    }
    Channel channel = ((SocketConnectionBase) inner).socket().channelHandlerContext().channel();
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
  }
}
