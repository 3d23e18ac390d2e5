package io.tenantry.cli.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import io.tenantry.cli.output.Terminal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command. */
@RegisterForReflection
@Command(
    name = "tenantctl",
    description = "The command line of Tenantry, the control plane of a multi-tenant SaaS.",
    versionProvider = Version.class,
    footer = {
      "  tenantctl context set local --from-environment",
      "  tenantctl tenants create globex --environment production --api-keys 1",
      "  tenantctl backups create globex --wait",
      "  id=$(tenantctl tenants list --status active -o name | head -n 1)",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 not found, 4 conflict,",
      "5 not permitted, 6 a service is unreachable or unavailable; 130 after Ctrl-C.",
      "",
      "Environment: TENANT_URL, INGESTION_URL, BACKUP_URL, TENANTRY_ADMIN_KEY,"
          + " TENANTRY_TRUST_FILE,",
      "TENANTRY_TIMEOUT override the current context; TENANTRY_CONTEXT selects another; NO_COLOR."
    })
public final class Tenantctl {

  public final Terminal terminal;

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; table if not given")
  public Format format = Format.TABLE;

  @Option(
      names = "--no-headers",
      scope = ScopeType.INHERIT,
      description = "omit the headers of tables")
  public boolean noHeaders;

  @Option(
      names = "--context",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "use this context instead of the environment")
  public @Nullable String context;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      description = "timeout for an answer, such as 500ms or 2m; 60s if not given")
  public @Nullable Duration timeout;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "print every request and answer to standard error, with secrets masked")
  public boolean debug;

  @Option(
      names = {"-h", "--help"},
      scope = ScopeType.INHERIT,
      usageHelp = true,
      description = "show this help")
  public boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "show the version")
  public boolean version;

  public Tenantctl(Terminal terminal) {
    this.terminal = terminal;
  }

  public Printer printer() {
    return new Printer(terminal, format, !noHeaders);
  }
}
