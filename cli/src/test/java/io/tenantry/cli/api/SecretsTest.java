package io.tenantry.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("P5")
class SecretsTest {

  @Test
  void masksSecretsAtAnyDepth() throws Exception {
    JsonNode masked =
        Secrets.masked(
            Json.MAPPER.readTree(
                """
                {"name": "t", "api_key": "nm_1", "admin_password": "x", "token": null,
                 "api_keys": [{"key": "nm_2", "key_id": "7"}],
                 "url": "postgresql://car:s3cret@host/db", "headers": {"X-Team": "s3cret"},
                 "nested": {"connection_string": "postgresql://a:b@c/d", "secret": 5}}
                """));

    assertThat(masked)
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"name": "t", "api_key": "********", "admin_password": "********", "token": null,
                 "api_keys": [{"key": "********", "key_id": "7"}],
                 "url": "postgresql://car:********@host/db", "headers": {"X-Team": "********"},
                 "nested": {"connection_string": "********", "secret": "********"}}
                """));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, true",
    "X-API-Key, true",
    "encryption_key, true",
    "webhook-secret, true",
    "Idempotency-Key, false",
    "key_id, false",
    "keys, false",
    "monkey, false",
    "name, false"
  })
  void recognisesSecretsByName(String name, boolean secret) {
    assertThat(Secrets.isSecret(name)).isEqualTo(secret);
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:p@h/d, postgresql://u:********@h/d",
    "see postgresql://u:p@h and amqp://v:q@i, see postgresql://u:********@h and amqp://v:********@i",
    "postgresql://u@h/d, postgresql://u@h/d",
    "http://h:8080/p, http://h:8080/p",
    "plain text, plain text"
  })
  void removesPasswordsFromUrls(String text, String expected) {
    assertThat(Secrets.withoutPassword(text)).isEqualTo(expected);
  }

  @Test
  void showsStartOfLongSecretsOnly() {
    assertThat(Secrets.mask("short")).isEqualTo("********");
    assertThat(Secrets.mask("x".repeat(23))).isEqualTo("********");
    assertThat(Secrets.mask("abcdefghijklmnopqrstuvwx")).isEqualTo("abcd********");
  }
}
