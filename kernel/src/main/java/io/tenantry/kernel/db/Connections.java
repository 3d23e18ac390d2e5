package io.tenantry.kernel.db;

import io.netty.channel.Channel;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** What the driver's own interface cannot do with connections. */
public final class Connections {

  private Connections() {}

  /**
   * Ends a connection on which the server fell silent, as a machine without power or a cut network
   * does, which closes nothing. The driver's own closing says goodbye and waits for the server to
   * hang up; given back to a pool such a connection is given out again; and TCP gives up after a
   * quarter of an hour.
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
