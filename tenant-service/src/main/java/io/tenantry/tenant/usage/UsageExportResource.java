package io.tenantry.tenant.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.DaysRequest.Days;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestQuery;

/** REST endpoint of the export for billing: one line for each tenant that existed in the month. */
@Path("/api/v1/usage/export")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
final class UsageExportResource {

  private static final String CSV = "text/csv";
  private static final String NDJSON = "application/x-ndjson";

  private final UsageExportStore store;
  private final ObjectMapper mapper;
  private final AuditLog audit;
  private final Clock clock;

  UsageExportResource(UsageExportStore store, ObjectMapper mapper, AuditLog audit, Clock clock) {
    this.store = store;
    this.mapper = mapper;
    this.audit = audit;
    this.clock = clock;
  }

  @GET
  @Produces({CSV, NDJSON})
  @Operation(
      summary = "Export the usage of all tenants in a month; audited",
      description =
          "One line for each tenant that existed in the month, by id, deleted tenants included. The"
              + " values are the sums and maxima of the days; gap_hours are the hours without a"
              + " measurement. The month in progress counts up to the last full hour.")
  @APIResponse(
      responseCode = "200",
      description = "The lines, as they are read",
      content = {
        @Content(mediaType = CSV, schema = @Schema(type = SchemaType.STRING)),
        @Content(mediaType = NDJSON, schema = @Schema(implementation = MonthlyUsage.class))
      })
  public Response export(
      @Schema(description = "The month in UTC, such as 2026-11")
          @RestQuery
          @NotNull(message = "is required")
          @Pattern(regexp = "[0-9]{4}-[0-9]{2}", message = "must be a month, such as 2026-11")
          String month,
      @RestQuery
          @DefaultValue("csv")
          @Pattern(regexp = "csv|ndjson", message = "must be csv or ndjson")
          String format,
      @Context SecurityContext caller,
      @Context HttpServerRequest request) {
    Days days = UsagePeriods.month(month);
    // Audited first: without an audit entry there is no export.
    audit.append(
        new AuditEntry(
            AdminAudit.actor(caller.getUserPrincipal()),
            "export_usage",
            Optional.empty(),
            Optional.of(request.remoteAddress().hostAddress()),
            AuditEntry.Outcome.SUCCEEDED,
            Optional.empty(),
            Map.of("month", month, "format", format)));
    boolean csv = format.equals("csv");
    Function<JsonNode, String> line =
        csv ? usage -> MonthlyUsage.csv(usage) + "\r\n" : usage -> usage + "\n";
    return Response.ok(
            ExportStream.open(
                csv ? String.join(",", MonthlyUsage.COLUMNS) + "\r\n" : "",
                (after, size) -> store.page(month, days, after, size, clock.instant()),
                usage -> line.apply(mapper.valueToTree(usage))))
        .type(csv ? CSV + "; charset=utf-8" : NDJSON)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"usage-%s.%s\"".formatted(month, format))
        .build();
  }
}
