package io.tenantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.output.Terminal;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;

class HelpTest {

  /** Every group with its commands; to read them takes a while. */
  private static final CommandLine ALL = all();

  private static CommandLine all() {
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Map.of(),
            Terminal.Attached.NONE);
    return Cli.commandLine(terminal, Group.titles());
  }

  /** Every command that does something. */
  static Stream<CommandSpec> commands() {
    return ALL.getSubcommands().values().stream()
        .flatMap(
            group ->
                group.getSubcommands().isEmpty()
                    ? Stream.of(group)
                    : group.getSubcommands().values().stream())
        .map(CommandLine::getCommandSpec);
  }

  @ParameterizedTest
  @MethodSource("commands")
  @Tag("P5")
  void hasDescriptionAndParsableExamplesForEveryCommand(CommandSpec command) {
    assertThat(command.usageMessage().description()).isNotEmpty();
    assertThat(command.usageMessage().footer()).isNotEmpty();
    assertThat(command.args()).allSatisfy(arg -> assertThat(arg.description()).isNotEmpty());
    assertThat(command.usageMessage().footer())
        .allSatisfy(
            line -> {
              assertThat(line).startsWith("  ").contains(command.qualifiedName());
              parse(line);
            });
  }

  @Test
  @Tag("P5")
  void hasTestForEveryCommand() throws Exception {
    StringBuilder tests = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        tests.append(Files.readString(file).replaceAll("\\s+", " ")).append('\n');
      }
    }

    assertThat(commands().map(CommandSpec::qualifiedName))
        .allSatisfy(
            name ->
                assertThat(tests)
                    .containsPattern(
                        "[({] ?\"" + name.replace("tenantctl ", "").replace(" ", "\", \"") + "\""));
  }

  /** The words of an example up to a pipe or the like, as a shell would split them. */
  private static void parse(String example) {
    if (example.contains("$(") || example.contains("<(")) {
      return;
    }
    String command = example.replaceFirst("^.*?tenantctl ", "").replaceFirst(" ([|<>]|&&).*", "");
    String[] words =
        Pattern.compile("(?:[^\\s']|'[^']*')+")
            .matcher(command)
            .results()
            .map(word -> word.group().replace("'", ""))
            .toArray(String[]::new);
    ALL.parseArgs(words);
  }

  @ParameterizedTest
  @MethodSource("commands")
  @Tag("P5")
  void writesHelpToStandardOutput(CommandSpec command) {
    String[] words = (command.qualifiedName().replace("tenantctl ", "") + " --help").split(" ");
    Ctl.Result result = Ctl.bare().run(words).ok();

    assertThat(result.out()).startsWith("Usage: " + command.qualifiedName()).contains("Examples:");
    assertThat(result.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(110));
    assertThat(result.err()).isEmpty();
  }

  @Test
  @Tag("P5")
  void exitsWithTwoAndHintOnWrongUsage() {
    Ctl.bare()
        .run("tenants", "lst")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Unmatched argument at index 1: 'lst'
            Did you mean: tenants list or tenants rotate-credentials?
            See: tenantctl tenants --help
            """);
    Ctl.bare()
        .run("tenants", "list", "-o", "xml")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid value for option '--output': expected one of [TABLE, JSON, YAML, NAME, CSV] (case-insensitive) but was 'xml'
            See: tenantctl tenants list --help
            """);
    Ctl.bare()
        .run("tenants", "list", "--timeout", "soon")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: Invalid value for option '--timeout': 'soon' is not a duration; examples: 500ms, 30s, 10m, 2h, 7d
            See: tenantctl tenants list --help
            """);
    assertThat(Ctl.bare().run("tenants").fails(ExitCode.USAGE).err())
        .startsWith("tenantctl: Missing required subcommand\nUsage: tenantctl tenants");
    assertThat(Ctl.bare().run().fails(ExitCode.USAGE).err()).contains("Commands:", "tenants");
  }

  @Test
  @Tag("P5")
  void showsCountOfValuesInHelp() {
    assertThat(Ctl.bare().run("events", "send", "--help").ok().out())
        .startsWith("Usage: tenantctl events send [OPTIONS] [FILE...]\n");
    assertThat(Ctl.bare().run("quotas", "set", "--help").ok().out())
        .startsWith("Usage: tenantctl quotas set [OPTIONS] TENANT RESOURCE=N...\n");
  }

  @Test
  @Tag("P5")
  void printsVersion() {
    assertThat(Ctl.bare().run("--version").ok().out()).matches("tenantctl \\d+\\.\\d+\\S*\n");
  }

  @Test
  @Tag("P5")
  void printsCompletionForEachShell() {
    List<String> names = commands().map(CommandSpec::name).toList();
    for (String shell : List.of("bash", "zsh", "fish")) {
      String script = Ctl.bare().run("completion", shell).ok().out();
      assertThat(names).allSatisfy(name -> assertThat(script).contains(name));
      assertThat(script).contains("environment", "name-prefix");
    }
    Ctl.bare().run("completion", "csh").fails(ExitCode.USAGE);
  }

  @Test
  @Tag("P5")
  void completesInBash(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, Ctl.bare().run("completion", "bash").ok().out());

    assertThat(completions(script, "tenantctl ten")).containsExactly("tenants");
    assertThat(completions(script, "tenantctl tenants su")).containsExactly("suspend");
    assertThat(completions(script, "tenantctl tenants create --env"))
        .containsExactly("--environment");
  }

  @Test
  @Tag("P5")
  void completesInFish(@TempDir Path folder) throws Exception {
    Shells.installed("fish");
    Path script = folder.resolve("completion");
    Files.writeString(script, Ctl.bare().run("completion", "fish").ok().out());

    assertThat(fish(script, "tenantctl ten")).containsExactly("tenants");
    assertThat(fish(script, "tenantctl tenants su")).containsExactly("suspend");
    assertThat(fish(script, "tenantctl tenants create --env")).containsExactly("--environment");
    // A file lies there, which only some can do anything with.
    assertThat(fish(script, "tenantctl tenants list -o "))
        .containsExactlyInAnyOrder("table", "json", "yaml", "name", "csv");
    assertThat(fish(script, "tenantctl tenants list --name-prefix ")).isEmpty();
    assertThat(fish(script, "tenantctl completion "))
        .containsExactlyInAnyOrder("bash", "zsh", "fish");
    assertThat(fish(script, "tenantctl events send ")).containsExactly("completion");
    assertThat(fish(script, "tenantctl events send --key-file ")).containsExactly("completion");
  }

  private static List<String> fish(Path script, String typed) throws Exception {
    return lines(
            new ProcessBuilder(
                    "fish",
                    "--no-config",
                    "-c",
                    "source %s; complete -C '%s'".formatted(script.getFileName(), typed))
                .directory(script.getParent().toFile()))
        .stream()
        .map(line -> line.replaceFirst("\t.*", ""))
        .toList();
  }

  private static List<String> completions(Path script, String typed) throws Exception {
    String bash =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_tenantctl; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script, typed);
    return lines(new ProcessBuilder("bash", "-c", bash));
  }

  private static List<String> lines(ProcessBuilder program) throws Exception {
    Process process = program.redirectError(Redirect.DISCARD).start();
    try (BufferedReader answer = process.inputReader()) {
      return answer.lines().toList();
    }
  }

  @Test
  @Tag("P5")
  void hidesNoOptionBehindCommonOne() {
    List<String> common =
        ALL.getCommandSpec().options().stream()
            .filter(option -> option.scopeType() == ScopeType.INHERIT)
            .flatMap(option -> Stream.of(option.names()))
            .toList();

    assertThat(commands())
        .allSatisfy(
            command ->
                assertThat(
                        command.options().stream()
                            .filter(option -> !option.inherited())
                            .filter(ArgSpec::isOption)
                            .flatMap(option -> Stream.of(option.names())))
                    .doesNotContainAnyElementsOf(common));
  }
}
