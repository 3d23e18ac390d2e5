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
 * The job that re-encrypts the secrets of older keys with the newest key, while the service runs.
 * Progress is kept, so a retry continues where the last attempt stopped. Secrets that cannot be
 * decrypted are reported and not changed.
 */
@Singleton
final class RewrapJob implements JobHandler {

  private static final Logger LOG = Logger.getLogger(RewrapJob.class);
  private static final int BATCH = 200;

  /** The number of unreadable rows that are listed; the others are only counted. */
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

  /** The job's data, which is empty. */
  @RegisterForReflection
  record NoData() {}

  /**
   * The result of the job.
   *
   * @param rewrapped the number of re-encrypted secrets
   * @param unreadable the number of secrets that no configured key can decrypt
   * @param unreadableRows the rows of the first of them
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
        LOG.errorf(
            "secret cannot be decrypted: no matching key table=%s row=%s", table, secret.rowId());
        unreadable.add(new UnreadableRow(table.toString(), secret.rowId()));
      }
    }
    return rewrapped;
  }
}
