package io.tenantry.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions of docs/webhooks.md that verify messages, as a reader copies them. */
@Tag("T23")
class WebhookVerificationTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final String BODY = "{\"test\": 2432232314, \"name\": \"ä\"}";

  @TempDir Path folder;

  /** A message, and whether it is genuine and new. */
  private record Message(Map<String, String> headers, String body, boolean accepted) {}

  private static List<Message> messages() throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String genuine = sign(SECRET, ID, now, BODY);
    List<Message> messages = new ArrayList<>();
    messages.add(message(now, genuine, BODY, true));
    // During a rotation, in either order, and beside a signature of another algorithm.
    messages.add(message(now, sign(OTHER, ID, now, BODY) + " " + genuine, BODY, true));
    messages.add(message(now, genuine + " v1a,AAAA " + sign(OTHER, ID, now, BODY), BODY, true));
    messages.add(message(now, sign(OTHER, ID, now, BODY), BODY, false));
    messages.add(message(now, genuine, BODY + " ", false));
    messages.add(message(now + 1, genuine, BODY, false));
    messages.add(message(now, genuine.substring(0, genuine.length() - 1), BODY, false));
    messages.add(message(now, "v1," + genuine, BODY, false));
    messages.add(message(now - 301, sign(SECRET, ID, now - 301, BODY), BODY, false));
    messages.add(message(now + 400, sign(SECRET, ID, now + 400, BODY), BODY, false));
    return messages;
  }

  private static Message message(long time, String signatures, String body, boolean accepted) {
    return new Message(
        Map.of(
            "webhook-id", ID,
            "webhook-timestamp", Long.toString(time),
            "webhook-signature", signatures),
        body,
        accepted);
  }

  /** As the specification says. */
  private static String sign(String secret, String id, long time, String body)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "x"));
    byte[] signature = mac.doFinal("%s.%d.%s".formatted(id, time, body).getBytes(UTF_8));
    return "v1," + Base64.getEncoder().encodeToString(signature);
  }

  @Test
  void signsAsReferenceLibraryDoes() throws GeneralSecurityException {
    // The vector of the libraries of Standard Webhooks.
    assertThat(sign(SECRET, ID, 1614265330, "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  /** A file without a class imports the module java.base. */
  @Test
  void acceptsOnlyGenuineMessagesInJava() throws Exception {
    String program =
        """
        import static java.nio.charset.StandardCharsets.UTF_8;

        %s
        void main(String[] args) throws Exception {
          for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            Properties headers = new Properties();
            try (var file = Files.newBufferedReader(Path.of(i + ".properties"))) {
              headers.load(file);
            }
            Map<String, String> map = new HashMap<>();
            headers.forEach((name, value) -> map.put(name.toString(), value.toString()));
            System.out.println(verify(args[0], map, Files.readAllBytes(Path.of(i + ".body"))));
          }
        }
        """
            .formatted(snippet("java"));
    Files.writeString(folder.resolve("Verify.java"), program);

    assertAccepts(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "Verify.java");
  }

  @Test
  void acceptsOnlyGenuineMessagesInPython() throws Exception {
    Files.writeString(
        folder.resolve("check.py"),
        snippet("python")
            + """

            import json, sys
            for i in range(int(sys.argv[2])):
                headers = json.load(open(f"{i}.json"))
                print(str(verify(sys.argv[1], headers, open(f"{i}.body", "rb").read())).lower())
            """);

    assertAccepts("python3", "check.py");
  }

  @Test
  void acceptsOnlyGenuineMessagesInJavaScript() throws Exception {
    Files.writeString(
        folder.resolve("check.mjs"),
        snippet("javascript")
            + """

            import { readFileSync } from "node:fs";
            for (let i = 0; i < Number(process.argv[3]); i++) {
              const headers = JSON.parse(readFileSync(`${i}.json`));
              console.log(verify(process.argv[2], headers, readFileSync(`${i}.body`)));
            }
            """);

    assertAccepts("node", "check.mjs");
  }

  private static String snippet(String language) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/webhooks.md")));
    assertThat(block.find()).as("docs/webhooks.md has an example in %s", language).isTrue();
    return block.group(1);
  }

  /** Runs a program on all messages; it prints whether it accepts each. */
  private void assertAccepts(String interpreter, String program) throws Exception {
    List<Message> messages = messages();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      Files.writeString(folder.resolve(i + ".body"), message.body());
      Files.writeString(
          folder.resolve(i + ".json"), new ObjectMapper().writeValueAsString(message.headers()));
      StringBuilder properties = new StringBuilder();
      message
          .headers()
          .forEach(
              (name, value) -> properties.append(name).append(": ").append(value).append('\n'));
      Files.writeString(folder.resolve(i + ".properties"), properties);
    }
    Process process;
    try {
      process =
          new ProcessBuilder(interpreter, program, SECRET, Integer.toString(messages.size()))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no " + interpreter);
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(output.lines().map(Boolean::parseBoolean))
        .as(output)
        .containsExactlyElementsOf(messages.stream().map(Message::accepted).toList());
    assertThat(process.waitFor()).isZero();
  }
}
