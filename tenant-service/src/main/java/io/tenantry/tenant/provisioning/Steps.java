package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.db.SqlError;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Clusters;
import io.tenantry.tenant.cluster.GoldenTemplates;
import jakarta.inject.Singleton;
import java.util.List;

/** What provisioning does, and how it is undone. */
@Singleton
final class Steps {

  private static final String UNDEFINED_DATABASE = "3D000";

  private final Clusters clusters;
  private final GoldenTemplates templates;
  private final List<List<Step>> stages;

  Steps(Clusters clusters, GoldenTemplates templates) {
    this.clusters = clusters;
    this.templates = templates;
    // Undone the other way round: a role cannot be dropped while a database grants it anything.
    this.stages =
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
            List.of(
                Step.withoutTrace(
                    StepName.VERIFICATION,
                    work -> work.cluster().verify(work.database(), work.credentials()))));
  }

  /** In the order in which they run; those of one stage run at the same time. */
  List<List<Step>> stages() {
    return stages;
  }

  /** Undoes all of them, last first, whichever had run. */
  void undo(TenantDatabase target) {
    stages.stream()
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
}
