package io.tenantry.ingestion.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How messages of Evolution API are read and identified. */
@Tag("E1")
class EvolutionMessageTest {

  private static final String KEY =
      "{\"remoteJid\":\"4917000@s.whatsapp.net\",\"fromMe\":false,\"id\":\"3EB0C767D26B\"}";
  private static final String SENT = "2026-11-21T04:44:07.465Z";

  private static byte[] body(String event, String instance, String data, String sent) {
    return """
    {"event":"%s","instance":"%s","data":%s,"destination":"https://example.org/webhook",
     "date_time":"%s","sender":"4916000@s.whatsapp.net","server_url":"https://evo","apikey":null}
    """
        .formatted(event, instance, data, sent)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] message(String event, String instance, String key, String sent) {
    return body(event, instance, "{\"key\":%s,\"pushName\":\"A\"}".formatted(key), sent);
  }

  private static Optional<String> id(byte[] body) {
    return EvolutionMessage.read(body).orElseThrow().id(body);
  }

  @Test
  void readsTypeSubjectAndTime() {
    EvolutionMessage message =
        EvolutionMessage.read(message("messages.upsert", "shop", KEY, SENT)).orElseThrow();

    assertThat(message.type()).isEqualTo("io.tenantry.evolution.messages.upsert.v1");
    assertThat(message.instance()).isEqualTo("shop");
    assertThat(message.sentAt()).contains(SENT);
    assertThat(message.key()).containsEntry("id", "3EB0C767D26B").containsEntry("fromMe", "false");
  }

  @Test
  void identifiesNewMessageByKey() {
    Optional<String> first = id(message("messages.upsert", "shop", KEY, SENT));

    assertThat(first.orElseThrow()).startsWith("evolution:").hasSize(74);
    assertThat(id(message("messages.upsert", "shop", KEY, "2026-11-21T04:45:00.000Z")))
        .isEqualTo(first);
    assertThat(id(message("send.message", "shop", KEY, SENT))).isNotEqualTo(first);
    assertThat(id(message("messages.upsert", "office", KEY, SENT))).isNotEqualTo(first);
    for (String other :
        new String[] {
          KEY.replace("3EB0", "3EB1"),
          KEY.replace("4917000", "4917001"),
          KEY.replace("false", "true"),
          KEY.replace("}", ",\"participant\":\"4918000@s.whatsapp.net\"}")
        }) {
      assertThat(id(message("messages.upsert", "shop", other, SENT))).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"messages.edited", "messages.update", "messages.delete", "chats.upsert"})
  void identifiesOtherEventByBodyEvenWithKey(String event) {
    Optional<String> first = id(message(event, "shop", KEY, SENT));

    assertThat(first.orElseThrow()).startsWith("sha256:");
    assertThat(id(message(event, "shop", KEY, SENT))).isEqualTo(first);
    assertThat(id(message(event, "shop", KEY, "2026-11-21T04:45:00.000Z"))).isNotEqualTo(first);
  }

  @Test
  void readsEventsWithoutDataOrWithList() {
    assertThat(EvolutionMessage.read(body("remove.instance", "shop", "null", SENT))).isPresent();
    assertThat(EvolutionMessage.read(body("messages.set", "shop", "[{\"key\":1}]", SENT)))
        .isPresent();
    assertThat(id(body("messages.upsert", "shop", "{\"key\":{\"id\":null}}", SENT)).orElseThrow())
        .startsWith("sha256:");
  }

  @Test
  void generatesNoIdWithoutTime() {
    byte[] body = "{\"event\":\"call\",\"instance\":\"shop\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(id(body)).isEmpty();
  }

  @Test
  void ignoresInvalidTime() {
    assertThat(EvolutionMessage.read(body("call", "shop", "{}", "today")).orElseThrow().sentAt())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{no json",
        "7",
        "[]",
        "{}",
        "{\"event\":\"messages.upsert\"}",
        "{\"event\":\"messages.upsert\",\"instance\":\"\"}",
        "{\"event\":\"messages.upsert\",\"instance\":\"\\u0000\"}",
        "{\"event\":\"messages upsert\",\"instance\":\"shop\"}",
        "{\"event\":{},\"instance\":\"shop\"}",
        "{\"event\":\"messages.upsert\",\"instance\":\"shop\"",
      })
  void ignoresIncompleteMessages(String body) {
    assertThat(EvolutionMessage.read(body.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }
}
