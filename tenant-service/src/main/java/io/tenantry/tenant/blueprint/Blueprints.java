package io.tenantry.tenant.blueprint;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.Recent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * The blueprints that tenants can be made from, all in the control database: those that are
 * shipped, stored at the start, and those that were put there.
 */
@Singleton
public final class Blueprints {

  private static final Logger LOG = Logger.getLogger(Blueprints.class);

  /** Before whoever makes something of blueprints at the start. */
  private static final int STARTUP_PRIORITY = 100;

  /** How long another replica's news may go unnoticed. */
  private static final Duration CACHE_DURATION = Duration.ofSeconds(1);

  /** What table templates become: they are run again when their text changes, as Flyway has it. */
  private static final String TABLE_TEMPLATE = BlueprintFiles.MIGRATIONS + "R__table_template_";

  private final BlueprintStore store;
  private final BlueprintParser parser;
  private final TableTemplates tableTemplates;
  private final BlueprintCheck check;
  private final Event<BlueprintAccepted> accepted;
  private final Recent<Map<String, Blueprint>> known;

  Blueprints(
      BlueprintStore store,
      BlueprintParser parser,
      TableTemplates tableTemplates,
      BlueprintCheck check,
      Event<BlueprintAccepted> accepted,
      Clock clock) {
    this.store = store;
    this.parser = parser;
    this.tableTemplates = tableTemplates;
    this.check = check;
    this.accepted = accepted;
    this.known = new Recent<>(Map.of(), CACHE_DURATION, clock, this::read);
  }

  /** The current version of the blueprint with this name, also if it was stored just now. */
  public Optional<Blueprint> find(String name) {
    return Optional.ofNullable(known.get().get(name))
        .or(
            () -> {
              known.forget();
              return Optional.ofNullable(known.get().get(name));
            });
  }

  /** The current version of each blueprint. */
  public List<Blueprint> all() {
    return List.copyOf(known.get().values());
  }

  /** The current versions by name; those of before are not parsed again. */
  private Map<String, Blueprint> read(Map<String, Blueprint> before) {
    Map<String, Blueprint> byName = new TreeMap<>();
    store
        .currentVersions()
        .forEach(
            (name, version) ->
                Optional.ofNullable(before.get(name))
                    .filter(blueprint -> blueprint.version().equals(version))
                    .or(() -> load(name, version))
                    .ifPresent(blueprint -> byName.put(name, blueprint)));
    return byName;
  }

  private Optional<Blueprint> load(String name, String version) {
    try {
      return store.files(name, version).map(parser::parse);
    } catch (InvalidRequest e) {
      // A newer version of this service may have accepted what this one does not understand.
      LOG.errorf("blueprint=%s version=%s is not understood: %s", name, version, e.errors());
      return Optional.empty();
    }
  }

  void storeShipped(@Observes @Priority(STARTUP_PRIORITY) StartupEvent started) {
    ShippedBlueprints.read()
        .forEach(
            (name, shipped) -> {
              BlueprintFiles files = complete(shipped);
              store.acceptShipped(files, parseShipped(name, files));
            });
    known.forget();
    recordBackupPolicies();
  }

  private Blueprint parseShipped(String name, BlueprintFiles files) {
    try {
      return parser.parse(files);
    } catch (InvalidRequest e) {
      throw new IllegalStateException(
          "the shipped blueprint %s is invalid: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** For versions that were stored before their policies were recorded. */
  private void recordBackupPolicies() {
    for (BlueprintVersion version : store.withoutBackupPolicy()) {
      load(version.name(), version.version())
          .ifPresent(
              blueprint ->
                  store.recordBackupPolicy(version.name(), version.version(), blueprint.backup()));
    }
  }

  /**
   * Checks a blueprint's directory, stores it as a version, and makes it the current one.
   *
   * @throws InvalidRequest with everything that is wrong with it
   */
  Checked accept(String name, Map<String, String> contents) {
    Checked checked = check(name, contents);
    Blueprint blueprint = checked.blueprint();
    boolean added = store.accept(checked.files(), blueprint);
    known.forget();
    LOG.infof("blueprint=%s version=%s accepted, new=%s", name, blueprint.version(), added);
    accepted.fire(new BlueprintAccepted(blueprint));
    return new Checked(blueprint, checked.files(), added, checked.warnings());
  }

  /**
   * Checks a blueprint's directory, its SQL on a scratch database, and stores nothing.
   *
   * @throws InvalidRequest with everything that is wrong with it
   */
  Checked check(String name, Map<String, String> contents) {
    // Everything that the files themselves tell comes first, and all at once.
    parser.parse(BlueprintFiles.of(contents));
    BlueprintFiles files = complete(BlueprintFiles.of(contents));
    Blueprint blueprint = parser.parse(files);
    if (!blueprint.name().equals(name)) {
      throw new InvalidRequest(
          BlueprintParser.file(BlueprintFiles.YAML) + ".name", "is not the name in the path");
    }
    boolean added = store.files(name, blueprint.version()).isEmpty();
    if (added) {
      List<FieldError> errors = check.check(blueprint);
      if (!errors.isEmpty()) {
        throw new InvalidRequest(
            errors.stream()
                .map(e -> new FieldError(BlueprintParser.file(e.field()), e.message()))
                .toList());
      }
    }
    return new Checked(blueprint, files, added, warnings(blueprint));
  }

  private List<String> warnings(Blueprint next) {
    return Optional.ofNullable(store.currentVersions().get(next.name()))
        .flatMap(current -> load(next.name(), current))
        .map(current -> UpgradeWarnings.warnings(current, next))
        .orElse(List.of());
  }

  /**
   * A blueprint that can be stored.
   *
   * @param added whether this version is, or was, not there yet
   * @param warnings why tenants of the current version cannot be migrated to it
   */
  record Checked(Blueprint blueprint, BlueprintFiles files, boolean added, List<String> warnings) {}

  /** Puts the table templates that the blueprint names among its migrations. */
  private BlueprintFiles complete(BlueprintFiles files) {
    Map<String, String> contents = new TreeMap<>(files.contents());
    // What an earlier version was completed with is made anew, so that GET fits PUT.
    contents.keySet().removeIf(path -> path.startsWith(TABLE_TEMPLATE));
    List<String> wanted = parser.parseYaml(files).tableTemplates();
    Map<String, String> found = tableTemplates.find(wanted);
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      String sql = found.get(wanted.get(i));
      if (sql == null) {
        errors.add(
            new FieldError(
                BlueprintParser.file(BlueprintFiles.YAML) + ".table_templates[" + i + "]",
                "is no table template"));
      } else {
        contents.put(TABLE_TEMPLATE + wanted.get(i) + ".sql", sql);
      }
    }
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    return BlueprintFiles.of(contents);
  }

  /**
   * The first migration whose data depends on the moment or on chance, empty if none does.
   *
   * @return empty if that was not looked for yet
   */
  public Optional<Optional<String>> ownDataFrom(Blueprint blueprint) {
    return store.ownDataFrom(blueprint.name(), blueprint.version());
  }

  /** Records {@link #ownDataFrom}, unless it is recorded. */
  public void recordOwnDataFrom(Blueprint blueprint, Optional<String> first) {
    store.recordOwnDataFrom(blueprint.name(), blueprint.version(), first);
  }

  /** A version of a blueprint, current or not. */
  public Optional<Blueprint> version(String name, String version) {
    return load(name, version);
  }

  /** The versions of a blueprint, the newest first. */
  public List<String> versions(String name) {
    return store.versions(name).stream().map(BlueprintVersion::version).toList();
  }

  /** The current version of each blueprint, by name. */
  public Map<String, String> currentVersions() {
    return store.currentVersions();
  }

  /** The files of a version, by path; empty if there is no such version. */
  public Optional<Map<String, String>> files(String name, String version) {
    return store.files(name, version).map(BlueprintFiles::contents);
  }

  /**
   * Stores a version that a cluster's catalog has and this control database lost. It was checked
   * when it was accepted first; it becomes the current one where there is none.
   */
  public void restore(String name, Map<String, String> contents) {
    BlueprintFiles files = BlueprintFiles.of(contents);
    store.acceptShipped(files, parser.parse(files));
    known.forget();
  }

  /** The current versions, in the order of their names. */
  List<BlueprintVersion> list() {
    return store.current();
  }

  /**
   * A blueprint as it is stored.
   *
   * @param version its version; null for the current one
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  StoredBlueprint get(String name, String version) {
    List<BlueprintVersion> versions = store.versions(name);
    return versions.stream()
        .filter(v -> version == null ? v.current() : v.version().equals(version))
        .findFirst()
        .map(
            v ->
                new StoredBlueprint(
                    v,
                    store.files(name, v.version()).orElseThrow(),
                    store.ownDataFrom(name, v.version()).flatMap(first -> first),
                    versions))
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.BLUEPRINT_NOT_FOUND,
                    version == null
                        ? "There is no blueprint " + name + "."
                        : "There is no version %s of a blueprint %s.".formatted(version, name)));
  }

  /**
   * One version, its files, and the versions there are.
   *
   * @param ownDataFrom see {@link #ownDataFrom(Blueprint)}
   */
  record StoredBlueprint(
      BlueprintVersion version,
      BlueprintFiles files,
      Optional<String> ownDataFrom,
      List<BlueprintVersion> versions) {}
}
