package io.tenantry.tenant.provisioning;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.tenant.blueprint.Isolation;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.GoldenTemplates;
import io.tenantry.tenant.cluster.SharedDatabases;
import io.tenantry.tenant.externalservice.TenantServices;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Defines the steps of provisioning and their undo. */
@Singleton
final class Steps {

  private final Clusters clusters;
  private final GoldenTemplates templates;
  private final SharedDatabases sharedDatabases;
  private final List<List<Step>> inDatabase;
  private final List<List<Step>> inSchema;
  private final List<Step> registration;
  private final ObjectMapper mapper;

  Steps(
      Clusters clusters,
      GoldenTemplates templates,
      SharedDatabases sharedDatabases,
      TenantServices services,
      ObjectMapper mapper) {
    this.clusters = clusters;
    this.templates = templates;
    this.sharedDatabases = sharedDatabases;
    this.mapper = mapper;
    List<Step> verification =
        List.of(Step.withoutTrace(StepName.VERIFICATION, work -> verify(work.location())));
    this.registration =
        List.of(
            new Step(
                StepName.SERVICES,
                work ->
                    services.register(info(work.tenant().registration()), work.tenant().services()),
                (target, expected) -> services.deregister(target.tenantId())));
    // Undone in reverse order: a role cannot be dropped while it has privileges on a database.
    this.inDatabase =
        List.of(
            List.of(
                new Step(
                    StepName.ROLE,
                    work -> createRoles(work.location()),
                    (target, expected) ->
                        cluster(target).logins().drop(target.tenantId(), target.role())),
                new Step(
                    StepName.DATABASE,
                    work -> cloneTemplate(work.location()),
                    (target, expected) ->
                        cluster(target).dropDatabase(target.database(), expected))),
            List.of(
                Step.withoutTrace(
                    StepName.GRANTS, work -> grantAccess(work.location(), Purpose.PROVISIONING))),
            verification,
            registration);
    this.inSchema =
        List.of(
            List.of(
                new Step(
                    StepName.SCHEMA,
                    work -> createSchema(work.location(), Purpose.PROVISIONING),
                    this::dropSchema)),
            verification,
            registration);
  }

  /** The stages in order; the steps of one stage run in parallel. */
  List<List<Step>> stages(Isolation isolation) {
    return switch (isolation) {
      case DATABASE -> inDatabase;
      case SCHEMA -> inSchema;
    };
  }

  /** The stages that follow the claim of a pool entry by this tenant. */
  List<List<Step>> stagesAfterClaim(NewTenant tenant) {
    return tenant.hasServices() ? List.of(registration) : List.of();
  }

  /** The names of all steps of a provisioning. */
  List<StepName> names(Isolation isolation) {
    return names(List.of(), stages(isolation));
  }

  /** The names of all steps of a provisioning that claims a pool entry. */
  List<StepName> namesOfClaim(NewTenant tenant) {
    return names(List.of(StepName.CLAIM, StepName.VERIFICATION), stagesAfterClaim(tenant));
  }

  private static List<StepName> names(List<StepName> before, List<List<Step>> stages) {
    return Stream.of(
            before.stream(),
            stages.stream().flatMap(List::stream).map(Step::name),
            Stream.of(StepName.ACTIVATION))
        .flatMap(Function.identity())
        .toList();
  }

  /**
   * Undoes all steps in reverse order, whether or not they ran.
   *
   * @param expected the expected mark of the data
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if it has another mark; the data is kept
   *     then
   */
  void undo(TenantDatabase target, Expected expected) {
    stages(target.schema().isPresent() ? Isolation.SCHEMA : Isolation.DATABASE).stream()
        .flatMap(List::stream)
        .toList()
        .reversed()
        .forEach(step -> step.undo().undo(target, expected));
  }

  private Cluster cluster(TenantDatabase target) {
    return clusters.named(target.cluster());
  }

  /** Builds and tests a pool entry. */
  void build(LocationPlan location) {
    switch (location.blueprint().isolation()) {
      case DATABASE -> {
        createRoles(location);
        cloneTemplate(location);
        grantAccess(location, Purpose.POOL);
      }
      case SCHEMA -> createSchema(location, Purpose.POOL);
    }
    verify(location);
  }

  private static void createRoles(LocationPlan location) {
    location
        .cluster()
        .logins()
        .create(
            location.tenantId(), location.credentials(), location.blueprint().connectionLimit());
  }

  private void cloneTemplate(LocationPlan location) {
    try {
      createDatabase(location);
    } catch (SqlError e) {
      if (!e.namesMissingDatabase()) {
        throw e;
      }
      // The template was dropped in the meantime: build it again, once.
      templates.forget(location.blueprint(), location.cluster());
      createDatabase(location);
    }
  }

  private void createDatabase(LocationPlan location) {
    location
        .cluster()
        .createDatabase(
            location.database(), templates.ensure(location.blueprint(), location.cluster()));
  }

  private void grantAccess(LocationPlan location, Purpose purpose) {
    String role = location.credentials().role();
    location.cluster().grantAccess(location.tenantId(), role, location.database(), purpose);
    templates.complete(location.blueprint(), location.cluster(), location.database(), role);
  }

  private void createSchema(LocationPlan location, Purpose purpose) {
    sharedDatabases.createSchema(
        location.tenantId(),
        location.blueprint(),
        location.cluster(),
        location.credentials(),
        purpose);
  }

  private void dropSchema(TenantDatabase target, Expected expected) {
    Cluster cluster = cluster(target);
    cluster.schemas().drop(target.role(), expected);
    cluster.logins().drop(target.tenantId(), target.role());
  }

  /**
   * Marks a database or schema as a tenant's on the server.
   *
   * @param from the current purpose
   * @param tenant written to the cluster's catalog, so that recovery can rebuild the tenant's row
   */
  void markAsTenant(LocationPlan location, Purpose from, Registration tenant) {
    location
        .cluster()
        .markAsTenant(
            location.tenantId(),
            location.credentials().role(),
            location.schema().isPresent(),
            from,
            details(tenant));
  }

  private String details(Registration tenant) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("name", tenant.name());
    details.put("environment", tenant.environment());
    details.put("blueprint", tenant.blueprint().name());
    details.put("blueprint_version", tenant.blueprint().version());
    details.put("region", tenant.region());
    details.put("owner_id", tenant.owner().ownerId());
    details.put("organization_id", tenant.owner().organizationId());
    details.put("external_id", tenant.owner().externalId());
    details.put("metadata", tenant.owner().metadata());
    return Registrations.json(mapper, details);
  }

  /** Changes the purpose in the mark of a database or schema, if it has the expected one. */
  void changePurpose(LocationPlan location, Purpose from, Purpose to) {
    location
        .cluster()
        .changePurpose(
            location.tenantId(),
            location.credentials().role(),
            location.schema().isPresent(),
            from,
            to);
  }

  private static TenantServices.TenantInfo info(Registration tenant) {
    return new TenantServices.TenantInfo(
        tenant.tenantId(), tenant.name(), tenant.environment(), tenant.region());
  }

  /**
   * Verifies that no tenant has used a pool entry, by the mark of its database or schema.
   *
   * @throws IllegalStateException if it has another mark, for example because the registry is older
   *     than the server
   */
  static void requireUnused(LocationPlan location) {
    Optional<Purpose> purpose =
        location
            .cluster()
            .inventory()
            .purposeOf(location.credentials().role(), location.tenantId());
    if (!purpose.equals(Optional.of(Purpose.POOL))) {
      throw new IllegalStateException(
          "the database or schema is not marked as a pool entry: "
              + purpose.map(Purpose::toString).orElse("no mark"));
    }
  }

  /** Logs in as the tenant. */
  void verify(LocationPlan location) {
    location
        .cluster()
        .verify(location.database(), location.schema().orElse("public"), location.credentials());
  }
}
