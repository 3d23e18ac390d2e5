package io.tenantry.backup.schedule;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;

/**
 * The body of a change to a schedule; see {@link Schedule}.
 *
 * @param enabled true by default
 */
@RegisterForReflection
record ScheduleChange(
    @NotNull(message = "is required") String cron,
    @NotNull(message = "is required")
        @Min(value = 1, message = "must be 1 to 36500")
        @Max(value = 36500, message = "must be 1 to 36500")
        Integer retentionDays,
    Optional<Schedule.@Valid Keep> keep,
    Optional<Boolean> enabled) {}
