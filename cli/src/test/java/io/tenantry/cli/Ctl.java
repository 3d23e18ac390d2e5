package io.tenantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Runs tenantctl in this JVM with an environment. */
public record Ctl(Map<String, String> environment, String input, Terminal.Attached attached) {

  /** With nothing in its environment, in a pipe. */
  public static Ctl bare() {
    return new Ctl(Map.of(), "", Terminal.Attached.NONE);
  }

  public Ctl with(String variable, String value) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put(variable, value);
    return new Ctl(all, input, attached);
  }

  /** With this on standard input, from a pipe. */
  public Ctl reading(String text) {
    return new Ctl(environment, text, attached);
  }

  /** With this typed, all three streams being a terminal. */
  public Ctl typing(String text) {
    return new Ctl(environment, text, new Terminal.Attached(true, true, true));
  }

  public Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            environment,
            attached);
    int code = Cli.run(terminal, args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The only line that a successful command writes. */
  public String name(String... args) {
    return run(args).ok().out().strip();
  }

  /** The exit code and output of a command. */
  public record Result(int code, String out, String err) {

    public Result ok() {
      assertThat(code).as(out + err).isZero();
      return this;
    }

    public Result fails(ExitCode with) {
      assertThat(ends(with).out).isEmpty();
      return this;
    }

    /** Ends with this exit code, and may have output. */
    public Result ends(ExitCode with) {
      assertThat(code).as(out + err).isEqualTo(with.number());
      return this;
    }

    /** Its standard output, with what differs each time replaced, is this. */
    public Result prints(String expected) {
      assertThat(stable(out)).as(err).isEqualTo(stable(expected));
      return this;
    }

    /** Its standard error is this. */
    public Result says(String expected) {
      assertThat(stable(err)).isEqualTo(stable(expected));
      return this;
    }

    public JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError(out + err, e);
      }
    }
  }

  /** Ids, times, keys and widths replaced, so that texts can be compared. */
  public static String stable(String text) {
    return text.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>")
        .replaceAll("[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}", "<id>")
        .replaceAll("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z", "<time>")
        .replaceAll("\\b[a-z]+_\\d{13}_[0-9a-f]{48}", "<key>")
        .replaceAll("\\bc?t[0-9a-f]{8}\\b", "<name>")
        .replaceAll("\\b[0-9a-f]{12}\\b", "<version>")
        .replaceAll("(?<=\\S) {2,}", "  ")
        .replaceAll("127\\.0\\.0\\.1:\\d+|localhost:\\d+", "<address>");
  }
}
