package io.tenantry.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.Api;
import io.tenantry.cli.api.Secrets;
import io.tenantry.cli.api.Tls;
import io.tenantry.cli.context.Setting;
import io.tenantry.cli.context.Settings;
import io.tenantry.cli.output.Terminal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** The three services, for commands. */
public final class Platform {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final Tenantctl options;
  private final Terminal terminal;
  private final Settings settings;
  private final Duration timeout;
  private final HttpClient client;

  public Platform(Tenantctl options) {
    this.options = options;
    this.terminal = options.terminal;
    this.settings = Settings.of(Optional.ofNullable(options.context), terminal);
    this.timeout =
        Optional.ofNullable(options.timeout)
            .or(() -> settings.find(Setting.TIMEOUT).map(Platform::duration))
            .orElse(TIMEOUT);
    this.client = client();
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (TypeConversionException e) {
      throw CommandException.usage("the timeout " + e.getMessage());
    }
  }

  private HttpClient client() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout.compareTo(CONNECT_TIMEOUT) < 0 ? timeout : CONNECT_TIMEOUT);
    settings
        .find(Setting.TRUST_FILE)
        .ifPresent(
            file -> {
              try {
                builder.sslContext(Tls.trusting(Path.of(file)));
              } catch (IOException | GeneralSecurityException e) {
                throw CommandException.usage("the trust file " + file + ": " + e.getMessage());
              }
            });
    return builder.build();
  }

  public Settings settings() {
    return settings;
  }

  public Api tenants() {
    return api("tenant-service", Setting.TENANT_URL);
  }

  public Api ingestion() {
    return api("ingestion-service", Setting.INGESTION_URL);
  }

  public Api backups() {
    return api("backup-service", Setting.BACKUP_URL);
  }

  public List<Api> all() {
    return List.of(tenants(), ingestion(), backups());
  }

  private Api api(String service, Setting url) {
    String address =
        settings
            .find(url)
            .orElseThrow(
                () ->
                    new CommandException(
                        ExitCode.USAGE,
                        "no URL configured for " + service,
                        "tenantctl context set NAME --url URL --key-file FILE, or set "
                            + url.variable()));
    return new Api(
        service,
        uri(service, address),
        settings.find(Setting.KEY),
        timeout,
        client,
        options.debug ? new Shown(terminal) : Api.Exchanges.NONE);
  }

  public static URI uri(String what, String address) {
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null
          && List.of("http", "https").contains(uri.getScheme())
          && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw CommandException.usage(
        "the URL of " + what + " is not an http or https URL: " + Secrets.withoutPassword(address));
  }

  /** Prints requests and answers with masked secrets. */
  private record Shown(Terminal terminal) implements Api.Exchanges {

    @Override
    public void asking(
        String method,
        URI uri,
        Map<String, ? extends Iterable<String>> headers,
        @Nullable JsonNode body) {
      terminal.say("> " + method + " " + uri);
      headers.forEach(
          (name, values) ->
              values.forEach(
                  value ->
                      terminal.say(
                          "> " + name + ": " + (Secrets.isSecret(name) ? "********" : value))));
      if (body != null) {
        terminal.say("> " + Secrets.masked(body));
      }
    }

    @Override
    public void answered(int status, JsonNode body) {
      terminal.say("< " + status);
      if (!body.isMissingNode()) {
        terminal.say("< " + Secrets.masked(body));
      }
    }
  }
}
