package io.tenantry.cli.output;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The input and output of a command. Results go to {@link #out}; messages, questions and errors go
 * to {@link #err}.
 */
public final class Terminal {

  private final InputStream in;
  private final OutputStream rawOut;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, String> environment;
  private final Attached attached;
  private @Nullable BufferedReader lines;

  /** Which of the three streams are terminals. */
  public record Attached(boolean in, boolean out, boolean err) {
    /** No terminal: a pipe, a file, or a test. */
    public static final Attached NONE = new Attached(false, false, false);
  }

  public Terminal(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Map<String, String> environment,
      Attached attached) {
    this.in = in;
    this.rawOut = out;
    this.out = writer(out);
    this.err = writer(err);
    this.environment = environment;
    this.attached = attached;
  }

  /** The terminal of the process. */
  public static Terminal system() {
    return new Terminal(
        System.in,
        System.out,
        System.err,
        System.getenv(),
        new Attached(isTerminal(0), isTerminal(1), isTerminal(2)));
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
  }

  /** Java reports standard input and output only together; Linux reports each. */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
  }

  public InputStream in() {
    return in;
  }

  public PrintWriter out() {
    return out;
  }

  /** Standard output for bytes; flushes text that was printed before. */
  public OutputStream bytes() {
    out.flush();
    return rawOut;
  }

  public PrintWriter err() {
    return err;
  }

  public Attached attached() {
    return attached;
  }

  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  public boolean colouredOutput() {
    return attached.out() && permitsColour();
  }

  private boolean permitsColour() {
    // https://no-color.org: any value but the empty one.
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.get("TERM"));
  }

  /** Prints a message for the user. */
  public void say(String text) {
    err.println(text);
    err.flush();
  }

  /** Prints an error. */
  public void error(String text) {
    say(styled(Style.RED, "tenantctl: ") + text);
  }

  /** Prints what the user can do about an error. */
  public void advise(String text) {
    say(styled(Style.YELLOW, "hint: ") + text);
  }

  /** Prints a question to standard error and reads a line. */
  public Optional<String> ask(String question) {
    err.print(question);
    err.flush();
    try {
      if (lines == null) {
        lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      }
      return Optional.ofNullable(lines.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a secret without echo. */
  public Optional<String> askSecret(String question) {
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isPresent()) {
      return Optional.ofNullable(console.get().readPassword("%s", question)).map(String::new);
    }
    // Java has a console only where standard output is a terminal, too.
    try (HiddenTyping _ = new HiddenTyping()) {
      Optional<String> answer = ask(question);
      say("");
      return answer;
    }
  }

  /** Text for standard error, coloured if that is a terminal. */
  public String styled(Style style, String text) {
    return attached.err() && permitsColour() ? style.apply(text) : text;
  }

  public void flush() {
    out.flush();
    err.flush();
  }
}
