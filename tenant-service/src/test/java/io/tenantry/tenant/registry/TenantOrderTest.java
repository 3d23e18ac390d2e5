package io.tenantry.tenant.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.db.QueryConditions;
import io.tenantry.kernel.error.InvalidRequest;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where pages start, without a database. */
@Tag("P6")
class TenantOrderTest {

  private static final String ID = "01a1fc6b-37a5-7f53-a72d-95728c633816";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,           01a1fc6b-37a5-7f53-a72d-95728c633816,                  tenant_id,                       AND tenant_id > $1
          name,        shop-1.01a1fc6b-37a5-7f53-a72d-95728c633816,           'name, tenant_id',               'AND (name, tenant_id) > ($1, $2)'
          -name,       7.01a1fc6b-37a5-7f53-a72d-95728c633816,                'name DESC, tenant_id DESC',     'AND (name, tenant_id) < ($1, $2)'
          created_at,  1796054243123456.01a1fc6b-37a5-7f53-a72d-95728c633816, 'created_at, tenant_id',         'AND (created_at, tenant_id) > ($1, $2)'
          -created_at, 1796054243123456.01a1fc6b-37a5-7f53-a72d-95728c633816, 'created_at DESC, tenant_id DESC', 'AND (created_at, tenant_id) < ($1, $2)'
          """)
  void startsAfterPositionInOrder(String sort, String after, String terms, String condition) {
    TenantOrder order = TenantOrder.of(sort, after);
    QueryConditions conditions = new QueryConditions();
    order.startAfter(conditions);

    assertThat(order.terms()).isEqualTo(terms);
    assertThat(conditions.toString().strip()).isEqualTo(condition);
    assertThat(conditions.values()).last().isEqualTo(UUID.fromString(ID));
  }

  @Test
  void readsTimeToTheMicrosecond() {
    QueryConditions conditions = new QueryConditions();
    TenantOrder.of("created_at", "1796054243123456." + ID).startAfter(conditions);

    assertThat(conditions.values()).first().isEqualTo(Instant.parse("2026-11-30T15:57:23.123456Z"));
  }

  @Test
  void startsFirstPageWithoutCondition() {
    QueryConditions conditions = new QueryConditions();
    TenantOrder.of("-name", null).startAfter(conditions);

    assertThat(conditions.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,          shop-1.01a1fc6b-37a5-7f53-a72d-95728c633816
          -,          shop-1
          -,          ''
          name,       01a1fc6b-37a5-7f53-a72d-95728c633816
          name,       shop-1
          name,       sh op.01a1fc6b-37a5-7f53-a72d-95728c633816
          created_at, 01a1fc6b-37a5-7f53-a72d-95728c633816
          created_at, shop-1.01a1fc6b-37a5-7f53-a72d-95728c633816
          created_at, 999999999999999999.01a1fc6b-37a5-7f53-a72d-95728c633816
          """)
  void refusesPositionOfAnotherOrder(String sort, String after) {
    assertThatThrownBy(() -> TenantOrder.of(sort, after)).isInstanceOf(InvalidRequest.class);
  }
}
