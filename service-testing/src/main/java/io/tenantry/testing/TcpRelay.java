package io.tenantry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A TCP relay to a server that can close its connections, delay or discard data, or lose an answer.
 */
public final class TcpRelay implements AutoCloseable {

  /** How long the services' sessions outlive a client that does not answer. */
  private static final Duration KEEP_ALIVES = Duration.ofMinutes(1);

  private volatile InetSocketAddress server;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private ServerSocket entrance;
  private Thread acceptor;
  private final AtomicInteger lostCommits = new AtomicInteger();
  private volatile String lost = "";
  private volatile Duration delay = Duration.ZERO;
  private volatile int bytesPerSecond;

  /** Starts a relay to this server. */
  public TcpRelay(String host, int port) throws IOException {
    this.server = new InetSocketAddress(host, port);
    open(0);
  }

  /** Its port, which stays the same. */
  public int port() {
    return entrance.getLocalPort();
  }

  /** Closes all connections and refuses new ones. */
  public void cut() throws IOException {
    entrance.close();
    join(acceptor);
    links.forEach(Link::close);
    links.clear();
  }

  /** Leads new connections to another server, and closes the current ones. */
  public void redirect(String host, int port) {
    server = new InetSocketAddress(host, port);
    links.forEach(Link::close);
    links.clear();
  }

  /** Accepts connections again. */
  public void mend() throws IOException {
    open(entrance.getLocalPort());
  }

  /**
   * Discards all data on the current connections without closing them; new connections work. Both
   * sides are closed after a minute, as by the keep-alives of the server and of its clients.
   */
  public void fallSilent() {
    List<Link> silenced = List.copyOf(links);
    silenced.forEach(link -> link.silent = true);
    Thread.ofVirtual().start(() -> endLater(silenced));
  }

  private static void endLater(List<Link> silenced) {
    try {
      Thread.sleep(KEEP_ALIVES);
      silenced.forEach(Link::close);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Delays each piece of data of all connections, in both directions, by this time. */
  public void delay(Duration time) {
    delay = time;
  }

  /**
   * Limits each connection, in each direction.
   *
   * @param rate bytes a second; 0 for no limit
   */
  public void throttle(int rate) {
    bytesPerSecond = rate;
  }

  /**
   * Closes the next PostgreSQL connection that commits a transaction with this text, when the
   * server confirms the commit: the transaction is committed, and the client cannot know.
   *
   * @param text part of a statement that the connection has not prepared before
   */
  public void loseCommitOf(String text) {
    lost = text;
  }

  /** The number of lost commit confirmations. */
  public int lostCommits() {
    return lostCommits.get();
  }

  private void open(int at) throws IOException {
    entrance = new ServerSocket(at, 50, InetAddress.getLoopbackAddress());
    acceptor = Thread.ofVirtual().start(this::accept);
  }

  /** Waits for the accepting thread: the port is in use until it exits. */
  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    try (ServerSocket here = entrance) {
      while (true) {
        connect(here.accept());
      }
    } catch (IOException e) {
      // The relay was cut.
    }
  }

  /** Connects a client to the server; one that the server refuses is closed. */
  private void connect(Socket client) throws IOException {
    try {
      Link link = new Link(client, new Socket(server.getAddress(), server.getPort()));
      links.add(link);
      link.pump(link.client, link.server, link::watchRequest);
      link.pump(link.server, link.client, link::watchAnswer);
    } catch (ConnectException e) {
      client.close();
    }
  }

  /** A pair of sockets; data is copied between them. */
  private final class Link {

    private final Socket client;
    private final Socket server;
    private volatile boolean silent;
    private volatile boolean watched;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void watchRequest(String sent) {
      if (!lost.isEmpty() && sent.contains(lost)) {
        lost = "";
        watched = true;
      }
    }

    private void watchAnswer(String answer) {
      if (watched && answer.contains("COMMIT\0")) {
        watched = false;
        lostCommits.incrementAndGet();
        close();
      }
    }

    void pump(Socket from, Socket to, Consumer<String> watch) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  transfer(from.getInputStream(), to.getOutputStream(), watch);
                } catch (IOException e) {
                  // Closes both sockets.
                } finally {
                  if (!silent) {
                    close();
                  }
                }
              });
    }

    private void transfer(InputStream in, OutputStream out, Consumer<String> watch)
        throws IOException {
      byte[] buffer = new byte[65_536];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        watch.accept(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
        pause(read);
        if (!silent) {
          out.write(buffer, 0, read);
        }
      }
    }

    private void pause(int bytes) throws IOException {
      int rate = bytesPerSecond;
      Duration pause = rate == 0 ? delay : delay.plusMillis(1000L * bytes / rate);
      if (pause.isPositive()) {
        try {
          Thread.sleep(pause);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    }

    void close() {
      try (client;
          server) {
        silent = true;
      } catch (IOException e) {
        // The socket is closed anyway.
      }
    }
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
