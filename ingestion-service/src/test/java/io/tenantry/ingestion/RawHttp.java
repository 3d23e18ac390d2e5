package io.tenantry.ingestion;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** One HTTP connection, on which a test sends what a well-behaved client would not. */
public final class RawHttp implements AutoCloseable {

  private static final int LIMIT_MILLIS = 60_000;

  private final Socket socket;
  private final BufferedReader answers;

  /** Connects to the service on this port of the loopback address. */
  public RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(LIMIT_MILLIS);
    answers =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  /** Sends lines, with a line end between them and none after the last. */
  public void send(String... lines) throws IOException {
    socket
        .getOutputStream()
        .write(String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Waits for an answer and returns its status. */
  public int status() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the service has closed the connection without an answer");
    }
    return Integer.parseInt(line.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }

  /** Reads until the service closes the connection; fails if it does not. */
  public String rest() {
    try {
      return answers.lines().collect(Collectors.joining("\n"));
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof SocketException) {
        // A reset closes it, too.
        return "";
      }
      throw e;
    }
  }

  /** Resets the connection. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
