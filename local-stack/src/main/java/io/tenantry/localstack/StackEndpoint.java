package io.tenantry.localstack;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint of {@code deploy/local/stack}, which provides stacks: a local port, and the token
 * that authenticates clients.
 */
record StackEndpoint(int port, String token) {
  private static final Path FILE = Path.of("target", "test-stack", "offer");
  private static final String DONE = "done";
  private static final String STOPPED = "deploy/local/stack has stopped; start it again";

  /** A connection that exchanges lines of text. */
  static final class Channel implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    Channel(Socket socket) throws IOException {
      this.socket = socket;
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      this.out = socket.getOutputStream();
    }

    /** Reads the next line; null if the other side closed the connection. */
    @Nullable String read() throws IOException {
      return in.readLine();
    }

    /** Reads the next line; fails with an EOFException if the other side closed the connection. */
    String readNext() throws IOException {
      String line = read();
      if (line == null) {
        throw new EOFException(STOPPED);
      }
      return line;
    }

    void write(String line) throws IOException {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Runs an action for the other side and reports its result. */
    void respond(Runnable action) throws IOException {
      try {
        action.run();
        write(DONE);
      } catch (LocalStackException e) {
        write(String.valueOf(e.getMessage()).replace('\n', ' '));
      }
    }

    /**
     * Sends a request and waits for its result.
     *
     * @throws LocalStackException if it failed, with the other side's message
     */
    synchronized void request(String message) {
      String response;
      try {
        write(message);
        response = read();
      } catch (IOException e) {
        throw new UncheckedIOException(STOPPED, e);
      }
      if (!DONE.equals(response)) {
        throw new LocalStackException(response == null ? STOPPED : response);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Writes the endpoint to the file in which tests of this checkout look for it. */
  void write(Path checkout) {
    Path file = checkout.resolve(FILE);
    Directories.createPrivate(file.resolveSibling(""));
    Directories.writePrivate(file, port + "\n" + token + "\n");
  }

  static void delete(Path checkout) {
    try {
      Files.deleteIfExists(checkout.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the endpoint of the checkout that contains a directory.
   *
   * @throws LocalStackException if there is none
   */
  static StackEndpoint find(Path folder) {
    Path here = folder.toAbsolutePath();
    List<Path> files =
        Stream.iterate(here, Objects::nonNull, Path::getParent)
            .map(each -> each.resolve(FILE))
            .filter(Files::exists)
            .toList();
    if (files.isEmpty()) {
      throw new LocalStackException(
          "there is no " + FILE + " in or above " + here + ": start deploy/local/stack first");
    }
    try {
      List<String> lines = Files.readAllLines(files.getFirst());
      return new StackEndpoint(Integer.parseInt(lines.get(0)), lines.get(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Connects and sends the token.
   *
   * @throws LocalStackException if the connection is refused
   */
  Channel connect() {
    try {
      Channel channel = new Channel(new Socket(InetAddress.getLoopbackAddress(), port));
      channel.write(token);
      return channel;
    } catch (IOException e) {
      throw new LocalStackException("deploy/local/stack is not running; start it first", e);
    }
  }
}
