package io.tenantry.tenant.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.http.Page;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters for a page of tenants in an order that the caller chooses.
 *
 * @param limit the page size
 * @param after where the page starts; null for the first page
 * @param sort the order; null for the order of ids
 */
@RegisterForReflection
public record TenantPageRequest(
    @RestQuery
        @DefaultValue(Page.DEFAULT_LIMIT)
        @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
        String limit,
    @Schema(description = "The field next of the previous page, which had the same sort") @RestQuery
        @Nullable String after,
    @Schema(description = "The order, descending after a minus sign; by default that of the ids")
        @RestQuery
        @Pattern(
            regexp = "-?(name|created_at)",
            message = "must be name, -name, created_at or -created_at")
        @Nullable String sort) {

  /** The page size. */
  int size() {
    return Integer.parseInt(limit);
  }

  /** The order, and where the page starts in it. */
  TenantOrder order() {
    return TenantOrder.of(sort, after);
  }
}
