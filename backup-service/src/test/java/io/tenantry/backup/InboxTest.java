package io.tenantry.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.messaging.InboxPruning;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The inbox does not grow for ever. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class InboxTest {

  @Inject InboxPruning pruning;

  @Tag("P1")
  @Test
  void deletesEntriesThatNoBrokerCanRedeliver() {
    ControlDatabase.execute(
        """
        INSERT INTO backup.inbox (source, event_id, type, handled_at)
        VALUES ('/pruning', 'old', 't', now() - interval '61 days'),
          ('/pruning', 'recent', 't', now() - interval '59 days')
        """);

    assertThat(pruning.prune()).isEqualTo(1);

    assertThat(
            ControlDatabase.column("SELECT event_id FROM backup.inbox WHERE source = '/pruning'"))
        .containsExactly("recent");
  }
}
