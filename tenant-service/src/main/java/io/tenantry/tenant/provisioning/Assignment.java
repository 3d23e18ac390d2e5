package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.job.Job;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The job that a registered tenant is provisioned by. Nobody waits for it, so its steps are tried
 * again, and its API keys are kept until they are collected.
 *
 * @param follower is told how the steps go
 */
public record Assignment(UUID jobId, Consumer<List<Job.Step>> follower) {}
