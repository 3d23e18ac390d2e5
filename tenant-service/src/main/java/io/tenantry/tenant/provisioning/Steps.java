package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.SqlError;
import io.tenantry.tenant.blueprint.Isolation;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.GoldenTemplates;
import io.tenantry.tenant.cluster.SharedDatabases;
import io.tenantry.tenant.service.TenantServices;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** What provisioning does, and how it is undone. */
@Singleton
final class Steps {

  private static final String UNDEFINED_DATABASE = "3D000";

  private final Clusters clusters;
  private final GoldenTemplates templates;
  private final SharedDatabases sharedDatabases;
  private final List<List<Step>> inDatabase;
  private final List<List<Step>> inSchema;

  Steps(
      Clusters clusters,
      GoldenTemplates templates,
      SharedDatabases sharedDatabases,
      TenantServices services) {
    this.clusters = clusters;
    this.templates = templates;
    this.sharedDatabases = sharedDatabases;
    List<Step> verification = List.of(Step.withoutTrace(StepName.VERIFICATION, Steps::verify));
    List<Step> registration =
        List.of(
            new Step(
                StepName.SERVICES,
                work -> services.register(about(work.tenant()), work.tenant().services()),
                target -> services.deregister(target.tenantId())));
    // Undone the other way round: a role cannot be dropped while a database grants it anything.
    this.inDatabase =
        List.of(
            List.of(
                new Step(
                    StepName.ROLE,
                    work -> work.cluster().createRole(work.credentials()),
                    target -> cluster(target).dropRole(target.role())),
                new Step(
                    StepName.DATABASE,
                    this::cloneTemplate,
                    target -> cluster(target).dropDatabase(target.database()))),
            List.of(
                Step.withoutTrace(
                    StepName.GRANTS,
                    work -> work.cluster().admit(work.credentials().role(), work.database()))),
            verification,
            registration);
    this.inSchema =
        List.of(
            List.of(new Step(StepName.SCHEMA, this::createSchema, this::dropSchema)),
            verification,
            registration);
  }

  /** In the order in which they run; those of one stage run at the same time. */
  List<List<Step>> stages(Isolation isolation) {
    return switch (isolation) {
      case DATABASE -> inDatabase;
      case SCHEMA -> inSchema;
    };
  }

  /** All steps of a provisioning, to the last. */
  List<StepName> names(Isolation isolation) {
    return Stream.concat(
            stages(isolation).stream().flatMap(List::stream).map(Step::name),
            Stream.of(StepName.ACTIVATION))
        .toList();
  }

  /** Undoes all of them, last first, whichever had run. */
  void undo(TenantDatabase target) {
    stages(target.schema().isPresent() ? Isolation.SCHEMA : Isolation.DATABASE).stream()
        .flatMap(List::stream)
        .toList()
        .reversed()
        .forEach(step -> step.undo().accept(target));
  }

  private Cluster cluster(TenantDatabase target) {
    return clusters.named(target.cluster());
  }

  private void cloneTemplate(Provisioning work) {
    try {
      createDatabase(work);
    } catch (SqlError e) {
      if (!e.sqlState().equals(UNDEFINED_DATABASE)) {
        throw e;
      }
      // Somebody dropped the template under us: make it again, once.
      templates.forget(work.tenant().blueprint(), work.cluster());
      createDatabase(work);
    }
  }

  private void createDatabase(Provisioning work) {
    work.cluster()
        .createDatabase(
            work.database(),
            templates.ensure(work.tenant().blueprint(), work.cluster()),
            work.tenant().blueprint().connectionLimit());
  }

  private void createSchema(Provisioning work) {
    sharedDatabases.createSchema(
        work.tenant().blueprint(), work.cluster(), work.schema().orElseThrow(), work.credentials());
  }

  private void dropSchema(TenantDatabase target) {
    Cluster cluster = cluster(target);
    cluster.dropSchema(target.schema().orElseThrow(), target.role());
    cluster.dropRole(target.role());
  }

  private static TenantServices.About about(NewTenant tenant) {
    return new TenantServices.About(
        tenant.tenantId(), tenant.name(), tenant.environment(), tenant.region());
  }

  private static void verify(Provisioning work) {
    work.cluster().verify(work.database(), work.schema().orElse("public"), work.credentials());
  }
}
