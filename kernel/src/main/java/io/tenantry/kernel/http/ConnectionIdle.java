package io.tenantry.kernel.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Replaces the server's own idle timeout, which would also close the connection of a request that
 * takes long to answer. It also tracks which requests were received completely, even if their
 * bodies were not read yet. Placed behind the decoder; used on the connection's event loop only.
 */
final class ConnectionIdle extends IdleStateHandler {

  /** The name of the server's own handler in a connection's pipeline. */
  static final String NAME = "idle";

  private final long answeringPeriods;
  private int requests;
  private long started;
  private long received;
  private long periods;

  /**
   * @param idle the idle timeout of a connection without a request
   * @param answering the idle timeout of a connection with a request
   */
  ConnectionIdle(Duration idle, Duration answering) {
    super(0, 0, idle.toMillis(), TimeUnit.MILLISECONDS);
    this.answeringPeriods = Math.ceilDiv(answering.toMillis(), idle.toMillis());
  }

  /** Counts a request that starts; returns its number on this connection, from 1. */
  long requestStarted() {
    requests++;
    return ++started;
  }

  void requestEnded() {
    requests--;
  }

  /** Whether a request was received completely, even if its body was not read yet. */
  boolean isReceived(long request) {
    return received >= request;
  }

  @Override
  public void channelRead(ChannelHandlerContext connection, Object message) throws Exception {
    if (message instanceof LastHttpContent) {
      received++;
    }
    super.channelRead(connection, message);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext connection, IdleStateEvent event)
      throws Exception {
    periods = event.isFirst() ? 1 : periods + 1;
    if (requests == 0 || periods >= answeringPeriods) {
      super.channelIdle(connection, event);
    }
  }
}
