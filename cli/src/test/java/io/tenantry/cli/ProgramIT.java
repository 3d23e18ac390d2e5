package io.tenantry.cli;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.cli.command.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The packaged program in shells, pipes and terminals. */
class ProgramIT {

  private static final Path PROGRAM = Path.of("target", "tenantctl").toAbsolutePath();
  private static final Path TERMINAL = Path.of("/usr/bin/script");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final char CTRL_C = 3;

  private final Ctl ctl = Services.ctl();

  @Test
  @Tag("P5")
  void worksInPipesAndInScriptsThatStopAtFirstFailure() throws Exception {
    String name = newName();
    Run run =
        Run.of(
            "sh",
            "-c",
            """
            set -eu
            tenantctl --help | head -n 1
            id=$(tenantctl tenants create %1$s -o name)
            tenantctl tenants list --name-prefix %1$s -o name | grep -x "$id" >/dev/null
            tenantctl keys create "$id" ci -o json | sed -n 's/.*"key" *: *"\\(.*\\)",.*/\\1/p' >%2$s
            echo '{"type": "from.a.pipe"}' | tenantctl events send --key-file %2$s --no-headers
            tenantctl tenants show nobody
            echo never reached
            """
                .formatted(name, Files.createTempFile("key", "")));

    assertThat(run.end()).isEqualTo(ExitCode.NOT_FOUND.number());
    assertThat(run.output())
        .startsWith("Usage: tenantctl")
        .contains("tenantctl: there is no tenant nobody")
        .doesNotContain("never reached")
        // Neither colours nor a progress bar.
        .doesNotContain("\u001b[", "\r");
  }

  @Test
  @Tag("P5")
  void asksForConfirmationOnTerminal() throws Exception {
    String name = newName();
    ctl.run("tenants", "create", name).ok();

    Run refused = Run.onTerminal("tenantctl tenants delete " + name);
    refused.awaitOutput("Go on? [y/N] ").type("n\n");
    assertThat(refused.end()).isEqualTo(ExitCode.FAILURE.number());
    assertThat(refused.output()).contains("nothing was changed");

    Run agreed = Run.onTerminal("tenantctl tenants delete --wait " + name);
    agreed.awaitOutput("Go on? [y/N] ").type("y\n");
    assertThat(agreed.end()).as(agreed.output()).isZero();
    assertThat(agreed.output()).contains("Tenant " + name + " deleted.");
  }

  @Test
  @Tag("P5")
  void showsColoursOnTerminalUnlessDisabled() throws Exception {
    ctl.run("tenants", "create", newName()).ok();
    Run coloured = Run.onTerminal("tenantctl tenants list --status active --limit 1");
    assertThat(coloured.end()).isZero();
    assertThat(coloured.output()).contains("\u001b[1mTENANT\u001b[0m", "\u001b[32mactive\u001b[0m");

    Run plain = Run.onTerminal("NO_COLOR=1 tenantctl tenants list --status active --limit 1");
    assertThat(plain.end()).isZero();
    assertThat(plain.output()).contains("TENANT").doesNotContain("\u001b[");
  }

  @Test
  @Tag("P5")
  void stopsWaitingOnCtrlCAndShowsHowToWaitAgain() throws Exception {
    String name = newName();
    ctl.run("tenants", "create", name).ok();
    Run run;
    try (Connection lock = Sql.asSuperuser(ctl, name);
        var statement = lock.createStatement()) {
      // pg_dump waits for this table, and the command for pg_dump.
      lock.setAutoCommit(false);
      statement.execute("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE");
      run = Run.onTerminal("tenantctl backups create --wait " + name);
      run.awaitOutput("\rbackup").type(String.valueOf(CTRL_C));
      assertThat(run.end()).isEqualTo(130);
    }
    assertThat(run.output())
        .contains("The operation continues in the service. To wait again: tenantctl jobs wait ");
    String job = run.output().replaceFirst("(?s).*tenantctl jobs wait (\\S+).*", "$1");
    ctl.run("jobs", "wait", job).ok();
  }

  @Test
  @Tag("P5")
  void hidesSecretWhileItIsTyped() throws Exception {
    Path file = Files.createTempDirectory("context").resolve("contexts.json");
    Run kept =
        Run.onTerminal(
            "TENANTCTL_CONFIG=%s tenantctl context set typed --url http://127.0.0.1:1 --key-file -"
                .formatted(file));
    kept.awaitOutput("The secret: ").type("hush-hush-hush\n");
    assertThat(kept.end()).as(kept.output()).isZero();
    assertThat(kept.output()).contains("Context typed is the current one").doesNotContain("hush");
    assertThat(Files.readString(file)).contains("\"hush-hush-hush\"");

    // Java reports no console if standard output is a pipe.
    Run piped = Run.onTerminal("tenantctl keys validate --key-file - --no-headers | cat");
    piped.awaitOutput("The secret: ").type("hush-hush-hush\n");
    assertThat(piped.end()).as(piped.output()).isZero();
    assertThat(piped.output()).contains("no").doesNotContain("hush");
  }

  @Test
  @Tag("P5")
  void completesInZsh() throws Exception {
    Path script = Files.createTempFile("completion", ".zsh");
    Files.writeString(script, Ctl.bare().run("completion", "zsh").ok().out());
    Run zsh = Run.onTerminal(Shells.installed("zsh") + " -f -i");

    zsh.type("autoload -Uz compinit && compinit -u -D && source " + script + "\n");
    zsh.type("tenantctl() { echo \"<$*>\"; }; echo $((41 + 1))\n");
    zsh.awaitOutput("42").type("tenantctl tenants su\t\n");
    zsh.awaitOutput("<tenants suspend>").type("tenantctl jobs list --service b\t\n");
    zsh.awaitOutput("<jobs list --service backup>").type("exit\n");
    assertThat(zsh.end()).as(zsh.output()).isZero();
  }

  /** A program that runs, with what it has written so far. */
  private record Run(Process process, ByteArrayOutputStream written, Thread reader) {

    /** In a pipe. */
    static Run of(String... command) throws IOException {
      assertThat(PROGRAM).as("package this module first").isExecutable();
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      Map<String, String> environment = builder.environment();
      environment.putAll(Services.ctl().environment());
      environment.put("PATH", PROGRAM.getParent() + ":" + environment.get("PATH"));
      environment.put("TERM", "xterm");
      environment.remove("NO_COLOR");
      Process process = builder.start();
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      Thread reader = Thread.ofVirtual().start(() -> read(process.getInputStream(), written));
      return new Run(process, written, reader);
    }

    /**
     * On a pseudo-terminal, by the program of util-linux. Who runs the tests in the background
     * ignores SIGINT, and so would whatever they start; nobody does at a terminal.
     */
    static Run onTerminal(String command) throws IOException {
      assumeThat(TERMINAL).isExecutable();
      return of("env", "--default-signal=INT", TERMINAL.toString(), "-qec", command, "/dev/null");
    }

    private static void read(InputStream in, ByteArrayOutputStream written) {
      try (in) {
        for (int c = in.read(); c >= 0; c = in.read()) {
          written.write(c);
        }
      } catch (IOException e) {
        // The terminal is gone, and so is the program.
      }
    }

    Run awaitOutput(String text) {
      await().atMost(LIMIT).until(() -> output().contains(text));
      return this;
    }

    void type(String text) throws IOException {
      OutputStream in = process.getOutputStream();
      in.write(text.getBytes(StandardCharsets.UTF_8));
      in.flush();
    }

    /** Waits for its end; returns the exit code. */
    int end() throws InterruptedException {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
      reader.join();
      return process.exitValue();
    }

    String output() {
      return written.toString(StandardCharsets.UTF_8);
    }
  }
}
