package io.tenantry.kernel.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.properties.IfBuildProperty;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.Page;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Stores the jobs, and for each unfinished one the row by which db-scheduler runs it. */
@Singleton
@IfBuildProperty(name = "tenantry.jobs.enabled", stringValue = "true")
class JobStore {

  private static final TypeReference<List<Job.Step>> STEPS = new TypeReference<>() {};

  private static final String COLUMNS =
      """
      job_id, type, tenant_id, status, attempts, data, steps, progress, result,
      error_code, error_message, error_retryable, created_at, due_at, started_at, finished_at
      """;

  private final Database database;
  private final ObjectMapper mapper;

  JobStore(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /** The fields of a job that its runner needs. */
  record Stored(
      UUID id,
      String type,
      Optional<UUID> tenantId,
      Job.Status status,
      int attempts,
      String data,
      Optional<Job.Failure> error,
      Instant createdAt) {}

  /** Adds a job; returns its id, or the id of the existing job with the same deduplication key. */
  UUID add(Sql transaction, NewJob job, Instant due) {
    boolean added =
        transaction.changedOne(
            """
            INSERT INTO jobs (job_id, type, tenant_id, data, priority, due_at, deduplication_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (deduplication_key) DO NOTHING
            """,
            job.id(),
            job.type(),
            job.tenantId(),
            write(job.data()),
            (short) job.priority(),
            due,
            job.deduplicationKey());
    if (!added) {
      return transaction.one(
          row -> row.getUUID(0),
          "SELECT job_id FROM jobs WHERE deduplication_key = $1",
          job.deduplicationKey().orElseThrow());
    }
    transaction.send(
        """
        INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)
        VALUES ($1, $2, $3, false, 1, $4)
        """,
        JobScheduler.TASK,
        job.id().toString(),
        due,
        (short) job.priority());
    return job.id();
  }

  Optional<Stored> load(UUID id) {
    return database.first(this::stored, "SELECT " + COLUMNS + " FROM jobs WHERE job_id = $1", id);
  }

  Optional<Job> find(UUID id) {
    return database.first(this::job, "SELECT " + COLUMNS + " FROM jobs WHERE job_id = $1", id);
  }

  /** Those of these jobs that have not ended. */
  List<UUID> unfinished(UUID[] ids) {
    return database.list(
        row -> row.getUUID(0),
        "SELECT job_id FROM jobs WHERE job_id = ANY ($1) AND status IN ('pending', 'running')",
        (Object) ids);
  }

  Page<Job> list(JobFilter filter, Optional<UUID> after, int limit) {
    return Page.of(
        database.list(
            this::job,
            "SELECT "
                + COLUMNS
                + """
                  FROM jobs
                  WHERE ($1::uuid IS NULL OR tenant_id = $1)
                    AND ($2::text IS NULL OR type = $2)
                    AND ($3::text IS NULL OR status = $3)
                    AND ($4::uuid IS NULL OR position < (SELECT position FROM jobs WHERE job_id = $4))
                  ORDER BY position DESC
                  LIMIT $5
                  """,
            filter.tenantId(),
            filter.type(),
            filter.status(),
            after,
            limit + 1),
        limit,
        Job::id);
  }

  /** Starts an attempt; returns false if the job was finished or cancelled meanwhile. */
  boolean start(UUID id, int attempt, Instant now) {
    return database.changedOne(
        """
        UPDATE jobs
        SET status = 'running', attempts = $2, steps = '[]', progress = NULL,
          started_at = coalesce(started_at, $3)
        WHERE job_id = $1
          AND status IN ('pending', 'running')
        """,
        id,
        attempt,
        now);
  }

  // Writes of an attempt have no effect once another attempt has started, which then counts it as
  // crashed.

  /** Has no effect once the attempt has ended. */
  void note(UUID id, int attempt, RunningJob.Notes notes) {
    database.run(
        """
        UPDATE jobs
        SET steps = $3, progress = coalesce($4, progress)
        WHERE job_id = $1
          AND attempts = $2
          AND status = 'running'
        """,
        id,
        attempt,
        write(notes.steps()),
        notes.progress().map(this::write));
  }

  void complete(
      UUID id, int attempt, RunningJob.Notes notes, Optional<Object> result, Instant now) {
    database.run(
        """
        UPDATE jobs
        SET status = 'completed', steps = $3, progress = coalesce($4, progress), result = $5,
          finished_at = $6, error_code = NULL, error_message = NULL, error_retryable = NULL
        WHERE job_id = $1
          AND attempts = $2
        """,
        id,
        attempt,
        write(notes.steps()),
        notes.progress().map(this::write),
        result.map(this::write),
        now);
  }

  /** Makes the job pending again; the attempt does not count. */
  void postpone(UUID id, int attempt, List<Job.Step> steps, Instant due) {
    database.run(
        """
        UPDATE jobs
        SET status = 'pending', steps = $3, attempts = attempts - 1, due_at = $4, progress = NULL
        WHERE job_id = $1
          AND attempts = $2
        """,
        id,
        attempt,
        write(steps),
        due);
  }

  void retry(UUID id, int attempt, List<Job.Step> steps, Job.Failure error, Instant due) {
    database.run(
        """
        UPDATE jobs
        SET status = 'pending', steps = $3, error_code = $4, error_message = $5,
          error_retryable = $6, due_at = $7
        WHERE job_id = $1
          AND attempts = $2
        """,
        id,
        attempt,
        write(steps),
        error.code().name(),
        error.message(),
        error.retryable(),
        due);
  }

  void fail(UUID id, int attempt, List<Job.Step> steps, Job.Failure error, Instant now) {
    database.run(
        """
        UPDATE jobs
        SET status = 'failed', steps = $3, error_code = $4, error_message = $5,
          error_retryable = $6, finished_at = $7
        WHERE job_id = $1
          AND attempts = $2
        """,
        id,
        attempt,
        write(steps),
        error.code().name(),
        error.message(),
        error.retryable(),
        now);
  }

  /** Cancels a pending job; its runner is called at once, to clean up after previous attempts. */
  boolean cancel(UUID id, Instant now) {
    return database.inTransaction(
        sql -> {
          boolean cancelled =
              sql.changedOne(
                  """
                  UPDATE jobs
                  SET status = 'cancelled', finished_at = $2
                  WHERE job_id = $1
                    AND status = 'pending'
                  """,
                  id,
                  now);
          if (cancelled) {
            sql.send(
                """
                UPDATE scheduled_tasks
                SET execution_time = $3
                WHERE task_name = $1
                  AND task_instance = $2
                """,
                JobScheduler.TASK,
                id.toString(),
                now);
          }
          return cancelled;
        });
  }

  /** Deletes jobs that finished before this time; returns their number. */
  int prune(Instant before) {
    return database.changed(
        "DELETE FROM jobs WHERE finished_at < $1 AND status IN ('completed', 'failed', 'cancelled')",
        before);
  }

  <T> T read(String json, Class<T> type) {
    try {
      return mapper.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored job cannot be read as " + type.getName(), e);
    }
  }

  private String write(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Stored stored(Row row) {
    return new Stored(
        row.getUUID("job_id"),
        row.getString("type"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        Job.Status.of(row.getString("status")),
        row.getInteger("attempts"),
        row.getString("data"),
        failure(row),
        Columns.instant(row, "created_at"));
  }

  private Job job(Row row) {
    Job.Status status = Job.Status.of(row.getString("status"));
    return new Job(
        row.getUUID("job_id"),
        row.getString("type"),
        Optional.ofNullable(row.getUUID("tenant_id")),
        status,
        row.getInteger("attempts"),
        steps(row.getString("steps")),
        Optional.ofNullable(row.getString("progress")).map(p -> read(p, Job.Progress.class)),
        Optional.ofNullable(row.getString("result")).map(r -> read(r, JsonNode.class)),
        failure(row),
        Columns.instant(row, "created_at"),
        status == Job.Status.PENDING ? Columns.optionalInstant(row, "due_at") : Optional.empty(),
        Columns.optionalInstant(row, "started_at"),
        Columns.optionalInstant(row, "finished_at"));
  }

  private List<Job.Step> steps(String json) {
    try {
      return mapper.readValue(json, STEPS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored job's steps cannot be read", e);
    }
  }

  private static Optional<Job.Failure> failure(Row row) {
    return Optional.ofNullable(row.getString("error_code"))
        .map(
            code ->
                new Job.Failure(
                    ErrorCode.valueOf(code),
                    row.getString("error_message"),
                    row.getBoolean("error_retryable")));
  }
}
