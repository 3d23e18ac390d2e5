package io.tenantry.tenant.blueprint;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content of the file {@code blueprint.yaml}; see {@link Blueprint} for the meaning of its
 * fields. Omitted fields have default values.
 */
@RegisterForReflection
record BlueprintYaml(
    @NotNull(message = "is required")
        @Pattern(
            regexp = BlueprintYaml.NAME,
            message = "must be 1 to 32 of a-z 0-9 _ - and start with a letter")
        String name,
    @NotNull(message = "is required") Isolation isolation,
    @NotNull(message = "is required")
        @Pattern(
            regexp = "(?!tpl_|pg_|tenantry_)[a-z][a-z0-9_]{0,24}\\{tenant_id}",
            message =
                "must be 1 to 25 of a-z 0-9 _ followed by {tenant_id}, and not start with tpl_, pg_ or tenantry_")
        String naming,
    @Size(min = 1, max = 63, message = "must have 1 to 63 characters") @Nullable String locale,
    @Min(value = 1, message = "must be at least 1")
        @Max(value = 1000, message = "must be at most 1000")
        Integer connectionLimit,
    @Valid Extensions extensions,
    @Size(max = 50, message = "must have at most 50 elements")
        List<
                @NotNull(message = "must not be null")
                @Pattern(regexp = TableTemplates.NAME, message = "is not a valid table name")
                String>
            tableTemplates,
    List<
            @NotNull(message = "must not be null")
            @Pattern(
                regexp = "auth|realtime|storage",
                message = "must be auth, realtime or storage")
            String>
        services,
    @Valid ApiKeys apiKeys,
    @Valid Quotas quotas,
    @Valid Backup backup,
    Boolean outOfOrder) {

  /** The pattern of blueprint names: with a version appended they fit into a database name. */
  static final String NAME = "[a-z][a-z0-9_-]{0,31}";

  private static final int CONNECTIONS = 20;

  BlueprintYaml {
    connectionLimit = Objects.requireNonNullElse(connectionLimit, CONNECTIONS);
    extensions = Objects.requireNonNullElse(extensions, new Extensions(List.of(), List.of()));
    tableTemplates = Objects.requireNonNullElse(tableTemplates, List.of());
    services = Objects.requireNonNullElse(services, List.of());
    apiKeys = Objects.requireNonNullElse(apiKeys, new ApiKeys(0, ApiKeys.PREFIX, ApiKeys.SCOPES));
    quotas = Objects.requireNonNullElse(quotas, new Quotas(1, 10, 3));
    backup = Objects.requireNonNullElse(backup, new Backup(Backup.SCHEDULE, Backup.RETENTION_DAYS));
    outOfOrder = Objects.requireNonNullElse(outOfOrder, false);
  }

  @RegisterForReflection
  record Extensions(
      List<
              @NotNull(message = "must not be null") @Pattern(regexp = EXTENSION, message = MESSAGE)
              String>
          required,
      List<
              @NotNull(message = "must not be null") @Pattern(regexp = EXTENSION, message = MESSAGE)
              String>
          optional) {

    private static final String EXTENSION = "[a-z][a-z0-9_-]{0,62}";
    private static final String MESSAGE = "is not a valid extension name";

    Extensions {
      required = Objects.requireNonNullElse(required, List.of());
      optional = Objects.requireNonNullElse(optional, List.of());
    }
  }

  @RegisterForReflection
  record ApiKeys(
      @Min(value = 0, message = "must be at least 0")
          @Max(value = 100, message = "must be at most 100")
          int count,
      @Pattern(regexp = "[a-z][a-z0-9]{0,15}", message = "must be 1 to 16 of a-z 0-9")
          String prefix,
      @Size(min = 1, max = 16, message = "must have 1 to 16 elements")
          List<
                  @NotNull(message = "must not be null")
                  @Pattern(regexp = "[a-z][a-z0-9:_-]{0,63}", message = "is not a valid scope")
                  String>
              scopes) {

    private static final String PREFIX = "nm";
    private static final List<String> SCOPES = List.of("read", "write");

    ApiKeys {
      prefix = Objects.requireNonNullElse(prefix, PREFIX);
      scopes = Objects.requireNonNullElse(scopes, SCOPES);
    }
  }

  @RegisterForReflection
  record Quotas(
      @Min(value = 1, message = "must be at least 1") int databases,
      @Min(value = 0, message = "must be at least 0") int apiKeys,
      @Min(value = 0, message = "must be at least 0") int services) {}

  @RegisterForReflection
  record Backup(
      @QuartzCron String schedule,
      @Min(value = 1, message = "must be at least 1")
          @Max(value = 36_500, message = "must be at most 36500")
          Integer retentionDays) {

    private static final String SCHEDULE = "0 0 2 * * ?";
    private static final int RETENTION_DAYS = 30;

    Backup {
      schedule = Objects.requireNonNullElse(schedule, SCHEDULE);
      retentionDays = Objects.requireNonNullElse(retentionDays, RETENTION_DAYS);
    }
  }
}
