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
 * Where {@code deploy/local/stack} hands out stacks: a port of this machine, and the word without
 * which nothing is said there.
 */
record StackOffer(int port, String word) {
  private static final Path FILE = Path.of("target", "test-stack", "offer");
  private static final String DONE = "done";

  /** Lines to and from the other side. */
  static final class Line implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    Line(Socket socket) throws IOException {
      this.socket = socket;
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      this.out = socket.getOutputStream();
    }

    /** The next line; null when the other side has ended. */
    @Nullable String read() throws IOException {
      return in.readLine();
    }

    /**
     * The next line, which must come.
     *
     * @throws EOFException when the other side has ended
     */
    String readNext() throws IOException {
      String line = read();
      if (line == null) {
        throw new EOFException("deploy/local/stack has ended");
      }
      return line;
    }

    void write(String line) throws IOException {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Does something for the other side and says how that went. */
    void answer(Runnable action) throws IOException {
      try {
        action.run();
        write(DONE);
      } catch (LocalStackException e) {
        write(String.valueOf(e.getMessage()).replace('\n', ' '));
      }
    }

    /**
     * Has the other side do something.
     *
     * @throws LocalStackException when it did not, with what it says
     */
    synchronized void ask(String request) {
      String answer;
      try {
        write(request);
        answer = read();
      } catch (IOException e) {
        throw new UncheckedIOException("deploy/local/stack has ended", e);
      }
      if (!DONE.equals(answer)) {
        throw new LocalStackException(answer == null ? "deploy/local/stack has ended" : answer);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Writes it where tests of this checkout look for it. */
  void write(Path checkout) {
    Path file = checkout.resolve(FILE);
    Directories.createPrivate(file.resolveSibling(""));
    Directories.writePrivate(file, port + "\n" + word + "\n");
  }

  static void delete(Path checkout) {
    try {
      Files.deleteIfExists(checkout.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * That of the checkout in which a folder is.
   *
   * @throws LocalStackException when there is none
   */
  static StackOffer find(Path folder) {
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
      return new StackOffer(Integer.parseInt(lines.get(0)), lines.get(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Says the word.
   *
   * @throws LocalStackException when nobody listens
   */
  Line accept() {
    try {
      Line line = new Line(new Socket(InetAddress.getLoopbackAddress(), port));
      line.write(word);
      return line;
    } catch (IOException e) {
      throw new LocalStackException("deploy/local/stack does not run; start it first", e);
    }
  }
}
