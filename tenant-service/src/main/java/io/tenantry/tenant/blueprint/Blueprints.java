package io.tenantry.tenant.blueprint;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.CachedValue;
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
import org.jspecify.annotations.Nullable;

/**
 * The blueprints of this installation. All are stored in the control database: the shipped ones at
 * startup, the others when they are pushed.
 */
@Singleton
public final class Blueprints {

  private static final Logger LOG = Logger.getLogger(Blueprints.class);

  /** Runs before other startup observers that use blueprints. */
  private static final int STARTUP_PRIORITY = 100;

  /** How long a version that another replica stored may remain unnoticed. */
  private static final Duration CACHE_DURATION = Duration.ofSeconds(1);

  /** Table templates become repeatable migrations, which run again when their text changes. */
  private static final String TABLE_TEMPLATE = BlueprintFiles.MIGRATIONS + "R__table_template_";

  private final BlueprintStore store;
  private final BlueprintParser parser;
  private final TableTemplates tableTemplates;
  private final BlueprintCheck check;
  private final Event<BlueprintAccepted> accepted;
  private final CachedValue<Map<String, Blueprint>> known;

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
    this.known = new CachedValue<>(Map.of(), CACHE_DURATION, clock, this::read);
  }

  /** The current version of the blueprint with this name; a new blueprint is found immediately. */
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

  /** The current versions by name; unchanged ones are not parsed again. */
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
      // A newer version of this service may have stored a blueprint that this one cannot parse.
      LOG.errorf(
          "stored blueprint is invalid blueprint=%s version=%s: %s", name, version, e.errors());
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

  /** Adds missing backup policies to versions that an earlier version of the service stored. */
  private void recordBackupPolicies() {
    for (BlueprintVersion version : store.withoutBackupPolicy()) {
      load(version.name(), version.version())
          .ifPresent(
              blueprint ->
                  store.recordBackupPolicy(version.name(), version.version(), blueprint.backup()));
    }
  }

  /**
   * Checks a blueprint's files, stores them as a version, and makes it the current one.
   *
   * @throws InvalidRequest with all errors
   */
  Checked accept(String name, Map<String, String> contents) {
    Checked checked = check(name, contents);
    Blueprint blueprint = checked.blueprint();
    boolean added = store.accept(checked.files(), blueprint);
    known.forget();
    LOG.infof("blueprint stored blueprint=%s version=%s new=%s", name, blueprint.version(), added);
    accepted.fire(new BlueprintAccepted(blueprint));
    return new Checked(blueprint, checked.files(), added, checked.warnings());
  }

  /**
   * Checks a blueprint's files, and their SQL on a scratch database, without storing anything.
   *
   * @throws InvalidRequest with all errors
   */
  Checked check(String name, Map<String, String> contents) {
    // Errors in the files themselves are reported first, all at once.
    parser.parse(BlueprintFiles.of(contents));
    BlueprintFiles files = complete(BlueprintFiles.of(contents));
    Blueprint blueprint = parser.parse(files);
    if (!blueprint.name().equals(name)) {
      throw new InvalidRequest(
          BlueprintParser.file(BlueprintFiles.YAML) + ".name", "must be the name in the path");
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
   * A blueprint that passed all checks.
   *
   * @param added whether the version is new
   * @param warnings why tenants of the current version cannot be migrated to this one
   */
  record Checked(Blueprint blueprint, BlueprintFiles files, boolean added, List<String> warnings) {}

  /** Adds the table templates that the blueprint names to its migrations. */
  private BlueprintFiles complete(BlueprintFiles files) {
    Map<String, String> contents = new TreeMap<>(files.contents());
    // Templates from an earlier version are replaced, so that the files of GET can be sent to PUT.
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
                "is not an existing table template"));
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
   * The first migration whose data depends on the time or on random values; an inner empty value if
   * there is none.
   *
   * @return empty if the search has not completed yet
   */
  public Optional<Optional<String>> ownDataFrom(Blueprint blueprint) {
    return store.ownDataFrom(blueprint.name(), blueprint.version());
  }

  /** Records the value of {@link #ownDataFrom}, unless one is recorded. */
  public void recordOwnDataFrom(Blueprint blueprint, Optional<String> first) {
    store.recordOwnDataFrom(blueprint.name(), blueprint.version(), first);
  }

  /** A version of a blueprint; empty if it does not exist. */
  public Optional<Blueprint> version(String name, String version) {
    return load(name, version);
  }

  /** The versions of a blueprint, newest first. */
  public List<String> versions(String name) {
    return store.versions(name).stream().map(BlueprintVersion::version).toList();
  }

  /** The current version of each blueprint, by name. */
  public Map<String, String> currentVersions() {
    return store.currentVersions();
  }

  /** The files of a version by path; empty if the version does not exist. */
  public Optional<Map<String, String>> files(String name, String version) {
    return store.files(name, version).map(BlueprintFiles::contents);
  }

  /**
   * Stores a version that the control database lost and a cluster's catalog still has. It is not
   * checked again. It becomes the current one unless an operator has chosen another version.
   */
  public void restore(String name, Map<String, String> contents) {
    BlueprintFiles files = BlueprintFiles.of(contents);
    store.acceptShipped(files, parser.parse(files));
    known.forget();
  }

  /** The current versions, ordered by name. */
  List<BlueprintVersion> list() {
    return store.current();
  }

  /**
   * A stored blueprint.
   *
   * @param version the version; null for the current one
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  StoredBlueprint get(String name, @Nullable String version) {
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
   * A version, its files, and all versions of the blueprint.
   *
   * @param ownDataFrom see {@link #ownDataFrom(Blueprint)}
   */
  record StoredBlueprint(
      BlueprintVersion version,
      BlueprintFiles files,
      Optional<String> ownDataFrom,
      List<BlueprintVersion> versions) {}
}
