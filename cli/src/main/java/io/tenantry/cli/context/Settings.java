package io.tenantry.cli.context;

import io.tenantry.cli.output.Terminal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The effective settings of one command. A context given with {@code --context} overrides the
 * environment, which overrides the current context.
 */
public record Settings(Map<Setting, String> values, String source) {

  /**
   * Determines the settings.
   *
   * @param named the context given with {@code --context}
   * @throws ContextException if there is no such context
   */
  public static Settings of(Optional<String> named, Terminal terminal) {
    if (named.isPresent()) {
      return new Settings(find(ContextFile.read(terminal), named.get()), "context " + named.get());
    }
    Map<Setting, String> environment = environment(terminal);
    if (environment
        .keySet()
        .containsAll(
            List.of(Setting.TENANT_URL, Setting.INGESTION_URL, Setting.BACKUP_URL, Setting.KEY))) {
      return new Settings(environment, "the environment");
    }
    ContextFile file = ContextFile.read(terminal);
    Optional<String> chosen = terminal.variable("TENANTRY_CONTEXT").or(file::current);
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    chosen.ifPresent(name -> values.putAll(find(file, name)));
    values.putAll(environment);
    String source = chosen.map(name -> "context " + name).orElse("");
    if (!environment.isEmpty()) {
      source += (source.isEmpty() ? "" : " and ") + "the environment";
    }
    return new Settings(values, source);
  }

  private static Map<Setting, String> find(ContextFile file, String name) {
    return file.find(name)
        .orElseThrow(
            () ->
                new ContextException(
                    "there is no context " + name, "tenantctl context list shows all contexts"));
  }

  /** The settings in the environment. */
  public static Map<Setting, String> environment(Terminal terminal) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      terminal.variable(setting.variable()).ifPresent(value -> values.put(setting, value));
    }
    return values;
  }

  public Optional<String> find(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }
}
