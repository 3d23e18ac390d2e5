package io.tenantry.tenant.encryption;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.job.Job;
import io.tenantry.kernel.job.JobHandler;
import io.tenantry.kernel.job.JobOutcome;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.kernel.job.RetryPolicy;
import io.tenantry.kernel.job.RunningJob;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Encrypts every stored secret anew that an older key has encrypted, while the service runs. What
 * is done stays done, so an attempt goes on where the last one ended. A secret that no key opens is
 * told and left as it is.
 */
@Singleton
final class RewrapJob implements JobHandler {

  private static final Logger LOG = Logger.getLogger(RewrapJob.class);
  private static final int BATCH = 200;

  /** So many rows that cannot be read are named; the rest are counted. */
  private static final int MAX_REPORTED_ROWS = 100;

  private final SecretStore secrets;
  private final KeyRing keyRing;
  private final Database database;
  private final Jobs jobs;

  RewrapJob(SecretStore secrets, KeyRing keyRing, Database database, Jobs jobs) {
    this.secrets = secrets;
    this.keyRing = keyRing;
    this.database = database;
    this.jobs = jobs;
  }

  /** The job needs to know nothing. */
  @RegisterForReflection
  record NoData() {}

  /**
   * What was done.
   *
   * @param rewrapped secrets that are under the newest key now
   * @param unreadable secrets that no configured key opens
   * @param unreadableRows the first of them
   */
  @RegisterForReflection
  record Result(
      String keyId, long rewrapped, long unreadable, List<UnreadableRow> unreadableRows) {}

  @RegisterForReflection
  record UnreadableRow(String table, String id) {}

  Job submit() {
    UUID id = UUID.randomUUID();
    database.transact(sql -> jobs.submit(sql, NewJob.of(type(), new NoData()).withId(id)));
    return jobs.get(id);
  }

  @Override
  public String type() {
    return "rewrap_secrets";
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.doubling(10, Duration.ofSeconds(5), Duration.ofMinutes(5));
  }

  @Override
  public JobOutcome run(RunningJob job) throws InterruptedException {
    long total =
        secrets.countsByKey().entrySet().stream()
            .filter(count -> count.getKey() != keyRing.primaryId())
            .mapToLong(count -> count.getValue())
            .sum();
    long rewrapped = 0;
    List<UnreadableRow> unreadable = new ArrayList<>();
    for (SecretTable table : SecretTable.values()) {
      job.step(table.toString());
      String after = "";
      List<SecretStore.Secret> batch;
      do {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        batch = secrets.findNotEncryptedWith(keyRing.primaryId(), table, after, BATCH);
        rewrapped += secrets.replace(table, keyRing.primaryId(), rewrap(table, batch, unreadable));
        job.progress(rewrapped, total, "secrets");
        after = batch.isEmpty() ? after : batch.getLast().rowId();
      } while (batch.size() == BATCH);
    }
    return JobOutcome.done(
        new Result(
            KeyRing.nameOf(keyRing.primaryId()),
            rewrapped,
            unreadable.size(),
            unreadable.stream().limit(MAX_REPORTED_ROWS).toList()));
  }

  private List<SecretStore.Rewrapped> rewrap(
      SecretTable table, List<SecretStore.Secret> batch, List<UnreadableRow> unreadable) {
    List<SecretStore.Rewrapped> rewrapped = new ArrayList<>();
    for (SecretStore.Secret secret : batch) {
      String context = table.contextOf(secret.rowId());
      try {
        String plain = keyRing.decrypt(secret.ciphertext().getBytes(), context);
        rewrapped.add(
            new SecretStore.Rewrapped(secret, Buffer.buffer(keyRing.encrypt(plain, context))));
      } catch (KeyRing.UndecryptableException e) {
        LOG.errorf("table=%s row=%s is opened by no key", table, secret.rowId());
        unreadable.add(new UnreadableRow(table.toString(), secret.rowId()));
      }
    }
    return rewrapped;
  }
}
