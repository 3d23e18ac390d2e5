package io.tenantry.cli.platform;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.api.UnreachableException;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.context.ContextException;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Format;
import io.tenantry.cli.output.Printer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@RegisterForReflection
@Command(footer = {"  tenantctl doctor", "  tenantctl doctor --context prod"})
public final class DoctorCommand extends CommandGroup implements Callable<Integer> {

  private static final Columns COLUMNS =
      Columns.of("CHECK check", "RESULT result", "FOUND found", "WHAT_TO_DO advice");
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

  private final Findings findings = new Findings();

  @Override
  public Integer call() {
    try {
      List<Api> services = platform().all();
      findings.ok("settings", "from " + platform().settings().source());
      services.forEach(this::examine);
    } catch (ContextException e) {
      findings.fail("settings", String.valueOf(e.getMessage()), e.advice());
    } catch (CommandException e) {
      findings.fail(
          "settings",
          String.valueOf(e.getMessage()),
          e.advice().orElse("see tenantctl context set --help"));
    }
    if (!findings.hasFailure()) {
      new PlatformChecks(platform(), findings).run();
    }
    if (printer().format() == Format.TABLE) {
      try (Printer.Rows rows = printer().rows(COLUMNS)) {
        findings.checks().forEach(rows::add);
      }
    } else {
      printer().list(Json.body().with("items", findings.checks()).node(), COLUMNS);
    }
    return (findings.hasFailure() ? ExitCode.FAILURE : ExitCode.OK).number();
  }

  private void examine(Api api) {
    try {
      Readiness readiness = Readiness.of(api);
      if (!readiness.known()) {
        findings.fail(
            api.service(),
            "the server at " + api.address() + " is not a Tenantry service",
            "correct the URL: tenantctl context show");
        return;
      }
      if (!readiness.ready()) {
        findings.fail(
            api.service(),
            "is not ready; failing checks: " + String.join(", ", readiness.missing()),
            "start what is failing or make it reachable; see the service's log");
        return;
      }
      if (!isWhatItShouldBe(api)) {
        return;
      }
      findings.ok(api.service(), "is ready at " + api.address() + " and accepts the key");
      readiness.date().ifPresent(date -> compareClocks(api, date));
      warnOfPlainHttp(api);
    } catch (UnreachableException e) {
      findings.fail(
          api.service(),
          String.valueOf(e.getMessage()),
          "start it, or correct its URL: tenantctl context show");
    }
  }

  private boolean isWhatItShouldBe(Api api) {
    Target own =
        switch (api.service()) {
          case "tenant-service" -> Target.of("/api/v1/clusters");
          case "ingestion-service" -> Target.of("/api/v1/instances").with("limit", 1);
          default -> Target.of("/api/v1/schedules").with("limit", 1);
        };
    try {
      api.get(own);
      return true;
    } catch (ApiException e) {
      switch (e.status()) {
        case 401 ->
            findings.fail(
                api.service(),
                "the key is missing or invalid",
                "TENANTRY_ADMIN_KEY, or tenantctl context set NAME --key-file FILE");
        case 403 ->
            findings.fail(
                api.service(),
                "the key is not an admin key",
                "use the key of a viewer, operator or admin");
        case 404 ->
            findings.fail(
                api.service(),
                "another service responds at " + api.address(),
                "correct the URL: tenantctl context show");
        default ->
            findings.fail(api.service(), String.valueOf(e.getMessage()), "see the service's log");
      }
      return false;
    }
  }

  private void compareClocks(Api api, Instant there) {
    Duration apart = Duration.between(there, Instant.now()).abs();
    if (apart.compareTo(CLOCK_TOLERANCE) > 0) {
      findings.warn(
          "clock of " + api.service(),
          "is " + apart.toSeconds() + " s from this machine's",
          "synchronise both clocks with NTP: keys and credentials expire by the clock");
    }
  }

  private void warnOfPlainHttp(Api api) {
    URI address = api.address();
    try {
      if (address.getScheme().equals("http")
          && !InetAddress.getByName(address.getHost()).isLoopbackAddress()) {
        findings.warn(
            "TLS of " + api.service(),
            "the key is sent unencrypted to " + address.getHost(),
            "use https");
      }
    } catch (UnknownHostException e) {
      // It was reached a moment ago.
    }
  }
}
