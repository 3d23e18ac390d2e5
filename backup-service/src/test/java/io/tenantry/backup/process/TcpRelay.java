package io.tenantry.backup.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Another way to a server, which can be cut and mended. */
final class TcpRelay implements AutoCloseable {

  private final String host;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private ServerSocket entrance;

  TcpRelay(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    open(0);
  }

  /** Where it is entered, also after it was mended. */
  int port() {
    return entrance.getLocalPort();
  }

  /** Ends all connections, and takes no more. */
  void cut() throws IOException {
    entrance.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  void mend() throws IOException {
    open(entrance.getLocalPort());
  }

  private void open(int at) throws IOException {
    entrance = new ServerSocket(at, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try (ServerSocket here = entrance) {
      while (true) {
        Socket client = here.accept();
        Socket server = new Socket(host, port);
        sockets.add(client);
        sockets.add(server);
        pump(client, server);
        pump(server, client);
      }
    } catch (IOException e) {
      // It was cut.
    }
  }

  private static void pump(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (from;
                  to) {
                from.getInputStream().transferTo(to.getOutputStream());
              } catch (IOException e) {
                // So it ends for both.
              }
            });
  }

  @Override
  public void close() {
    try {
      cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
