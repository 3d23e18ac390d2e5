package io.tenantry.cli.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events in files and folders one after the other, as JSON objects or arrays of them,
 * without holding them in memory.
 */
final class EventFiles implements Iterator<ObjectNode>, AutoCloseable {

  private static final List<String> ENDINGS = List.of(".json", ".jsonl", ".ndjson");

  private final Deque<String> names;
  private final Terminal terminal;
  private @Nullable JsonParser parser;
  private String name = "";
  private @Nullable ObjectNode next;

  private EventFiles(Deque<String> names, Terminal terminal) {
    this.names = names;
    this.terminal = terminal;
  }

  /** Finds the files, including those in folders, in the order of their names. */
  static EventFiles open(List<String> sources, Terminal terminal) {
    Deque<String> names = new ArrayDeque<>();
    for (String source : sources) {
      Path path = Path.of(source);
      if (source.equals("-") || Files.isRegularFile(path)) {
        names.add(source);
      } else if (Files.isDirectory(path)) {
        names.addAll(within(path));
      } else {
        throw CommandException.usage("there is no file " + source);
      }
    }
    return new EventFiles(names, terminal);
  }

  private static List<String> within(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(Path::toString)
          .filter(name -> ENDINGS.stream().anyMatch(name::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      JsonParser current = parser == null ? open() : parser;
      while (next == null && current != null) {
        JsonToken token = current.nextToken();
        if (token == null) {
          current.close();
          current = open();
        } else if (token == JsonToken.START_OBJECT) {
          JsonNode event = Json.MAPPER.readTree(current);
          next = (ObjectNode) event;
        } else if (token != JsonToken.START_ARRAY && token != JsonToken.END_ARRAY) {
          throw CommandException.usage(
              "%s, line %d: an event is a JSON object"
                  .formatted(name, current.currentLocation().getLineNr()));
        }
      }
      return next != null;
    } catch (StreamConstraintsException e) {
      throw CommandException.usage(
          "%s, line %d: %s".formatted(name, line(), e.getOriginalMessage()));
    } catch (JsonProcessingException e) {
      throw CommandException.usage(
          "%s, line %d is not JSON: %s"
              .formatted(name, e.getLocation().getLineNr(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int line() {
    return parser == null ? 1 : parser.currentLocation().getLineNr();
  }

  /** Opens the next file; null if there is none. */
  private @Nullable JsonParser open() throws IOException {
    parser = null;
    if (names.isEmpty()) {
      return null;
    }
    String source = names.remove();
    name = source.equals("-") ? "standard input" : source;
    InputStream in = source.equals("-") ? terminal.in() : Files.newInputStream(Path.of(source));
    parser = Json.MAPPER.createParser(in);
    return parser;
  }

  @Override
  public ObjectNode next() {
    ObjectNode event = hasNext() ? next : null;
    if (event == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return event;
  }

  @Override
  public void close() {
    try {
      if (parser != null) {
        parser.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
