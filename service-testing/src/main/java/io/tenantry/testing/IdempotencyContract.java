package io.tenantry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.localstack.LocalStack;
import java.net.URI;
import java.util.Map;
import java.util.UUID;

/** An {@code Idempotency-Key} identifies one request of one caller, in every service. */
public final class IdempotencyContract {

  /**
   * A POST that was not sent before.
   *
   * @param body a valid body
   * @param otherBody another valid body
   * @param table the table of the control database to which it adds a row
   * @param otherRows a condition that is true for all rows except that row
   */
  public record Write(String path, String body, String otherBody, String table, String otherRows) {}

  private final ServiceHttp service;
  private final String adminKey;
  private final Write write;
  private final String key = UUID.randomUUID().toString();

  /**
   * @param service the URL of the service under test
   */
  public IdempotencyContract(URI service, LocalStack stack, Write write) {
    this.service = new ServiceHttp(service);
    this.adminKey = stack.variable("TENANTRY_ADMIN_KEY");
    this.write = write;
  }

  /** The same key with the same request gets the first answer, and the request is not repeated. */
  public void repeatsTheAnswerOfTheSameRequest() {
    ServiceHttp.Answer first = post(adminKey, write.body);
    ServiceHttp.Answer second = post(adminKey, write.body);

    assertDone(first);
    assertThat(isReplayed(second)).as(second.toString()).isTrue();
    assertThat(second.status()).isEqualTo(first.status());
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
  }

  /** The same key with another body is refused. */
  public void refusesTheKeyWithAnotherBody() {
    assertDone(post(adminKey, write.body));

    ServiceHttp.Answer other = post(adminKey, write.otherBody);

    assertThat(other.status()).as(other.toString()).isEqualTo(422);
    assertThat(other.body()).contains("\"code\":\"IDEMPOTENCY_KEY_REUSED\"");
  }

  /** Equal keys of different callers are different keys. */
  public void keepsTheKeysOfCallersApart() {
    assertDone(post(adminKey, write.body));

    assertDone(post(LocalStackResource.OPERATOR_KEY, write.otherBody));
  }

  /** A failed request is processed when it is sent again with its key. */
  public void doesAgainWhatFailed() {
    ControlDatabase.execute(
        "ALTER TABLE %s ADD CONSTRAINT refused_by_test CHECK (%s) NOT VALID"
            .formatted(write.table, write.otherRows));
    try {
      ServiceHttp.Answer failed = post(adminKey, write.body);
      assertThat(failed.status()).as(failed.toString()).isGreaterThanOrEqualTo(500);
    } finally {
      ControlDatabase.execute(
          "ALTER TABLE %s DROP CONSTRAINT refused_by_test".formatted(write.table));
    }

    assertDone(post(adminKey, write.body));
  }

  private ServiceHttp.Answer post(String bearer, String body) {
    return service.post(write.path, bearer, Map.of("Idempotency-Key", key), body);
  }

  private static void assertDone(ServiceHttp.Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isBetween(200, 299);
    assertThat(isReplayed(answer)).isFalse();
  }

  private static boolean isReplayed(ServiceHttp.Answer answer) {
    return answer.header("Idempotency-Replayed").equals("true");
  }
}
