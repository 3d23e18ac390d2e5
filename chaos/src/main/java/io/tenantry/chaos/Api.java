package io.tenantry.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the services, each to a replica that is chosen at random, whether or not it is
 * running: a client that a load balancer has not yet told.
 */
final class Api {

  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  private final Installation installation;
  private final Random random;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Api(Installation installation, Random random) {
    this.installation = installation;
    this.random = random;
  }

  /** An answer that tells the outcome. */
  record Answer(int status, JsonNode body) {

    String text(String field) {
      return body.path(field).asText();
    }
  }

  /** No answer, or one that leaves the outcome open, or a refusal for now. */
  static final class NoAnswer extends Exception {

    private static final long serialVersionUID = 1L;

    private final String what;

    private NoAnswer(String what, String message, @Nullable Throwable cause) {
      super(message, cause);
      this.what = what;
    }

    /** It may have happened or not. */
    static NoAnswer open(String message, @Nullable Throwable cause) {
      return new NoAnswer("requests whose outcome stayed open", message, cause);
    }

    /** It did not happen, and may succeed later. */
    static NoAnswer refused(Answer answer) {
      return new NoAnswer("requests refused for now", answer.status() + " " + answer.body(), null);
    }

    /** For the report. */
    String what() {
      return what;
    }
  }

  /** As an admin. */
  Answer send(String service, String method, String path, Object body)
      throws NoAnswer, InterruptedException {
    return send(service, method, path, installation.adminKey(), body);
  }

  /**
   * Sends a request.
   *
   * @param key the bearer key of a role or a tenant
   * @param body written as JSON; nothing is sent for an empty text
   * @throws NoAnswer if nothing, or a status from 500 on, came back
   */
  Answer send(String service, String method, String path, String key, Object body)
      throws NoAnswer, InterruptedException {
    List<Replica> replicas = installation.replicas(service);
    Replica replica = replicas.get(random.nextInt(replicas.size()));
    try {
      String text = body.equals("") ? "" : json.writeValueAsString(body);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(replica.address().resolve("/api/v1" + path))
              .timeout(TIMEOUT)
              .header("Authorization", "Bearer " + key)
              .method(method, HttpRequest.BodyPublishers.ofString(text));
      if (!text.isEmpty()) {
        request.header("Content-Type", "application/json");
      }
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 500) {
        throw NoAnswer.open(response.statusCode() + " " + response.body(), null);
      }
      return new Answer(
          response.statusCode(),
          response.body().isEmpty() ? MissingNode.getInstance() : json.readTree(response.body()));
    } catch (IOException e) {
      throw NoAnswer.open(e.toString(), e);
    }
  }
}
