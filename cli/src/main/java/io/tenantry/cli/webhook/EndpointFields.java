package io.tenantry.cli.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.command.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a webhook endpoint receives, and how. */
@RegisterForReflection
final class EndpointFields {
  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "an event type that it receives, may be repeated; all if not given")
  @Nullable List<String> types;

  @Option(
      names = "--of",
      paramLabel = "TENANT",
      description = "a tenant whose events it receives, may be repeated; all if not given")
  @Nullable List<String> tenants;

  @Option(
      names = "--ordered",
      arity = "1",
      paramLabel = "true|false",
      description = "whether messages of one tenant are sent in order")
  @Nullable Boolean ordered;

  @Option(
      names = "--rate-limit",
      paramLabel = "N",
      description = "the maximum number of requests a second")
  @Nullable Integer rate;

  @Option(
      names = "--headers-file",
      paramLabel = "FILE",
      description = "a file with headers to send, such as Authorization: Bearer …, one a line")
  @Nullable Path file;

  @Option(names = "--description", paramLabel = "TEXT", description = "for people")
  @Nullable String text;

  /** The headers in the file; none if no file is given. */
  Map<String, String> headers() {
    Map<String, String> lines = new TreeMap<>();
    if (file == null) {
      return lines;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        int colon = line.indexOf(':');
        if (!line.isBlank() && colon < 1) {
          throw CommandException.usage(
              "each line of " + file + " must be a header, such as X-Team: payments");
        }
        if (colon > 0) {
          lines.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
