package io.tenantry.console;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A client of the console with a store for cookies, which sends what a browser would. */
public final class Browser {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
  private final HttpClient client =
      HttpClient.newBuilder()
          .cookieHandler(cookies)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final URI console;
  private String csrf = "";

  /** A browser without a session. */
  public Browser(URI console) {
    this.console = console;
  }

  /** The same cookies and CSRF token at another replica, as a load balancer may decide. */
  public Browser at(URI replica) {
    Browser copy = new Browser(replica);
    cookies
        .getCookieStore()
        .getCookies()
        .forEach(each -> copy.cookies.getCookieStore().add(replica, each));
    copy.csrf = csrf;
    return copy;
  }

  /** An answer. */
  public record Answer(int status, HttpResponse<String> response) {

    /** The body as JSON. */
    public JsonObject json() {
      return new JsonObject(response.body());
    }

    /** The code of a problem detail. */
    public String code() {
      return json().getString("code");
    }

    /** A header; empty if there is none. */
    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /** Logs in with a key. */
  public Answer logIn(String key) {
    Answer answer = send(json("POST", "/session", new JsonObject().put("key", key).encode()));
    if (answer.status() == 200) {
      csrf = answer.json().getString("csrf");
    }
    return answer;
  }

  /** Reads the session, as the app does when it starts. */
  public Answer session() {
    Answer answer = get("/session");
    if (answer.status() == 200) {
      csrf = answer.json().getString("csrf");
    }
    return answer;
  }

  /** What a request that changes something must repeat. */
  public String csrf() {
    return csrf;
  }

  public Answer get(String path) {
    return send(request(path));
  }

  /** Sends JSON with the CSRF token. */
  public Answer post(String path, String body) {
    return send(json("POST", path, body).header("X-CSRF-Token", csrf));
  }

  public Answer delete(String path) {
    return send(request(path).header("X-CSRF-Token", csrf).DELETE());
  }

  /** A request with JSON, without the CSRF token. */
  public HttpRequest.Builder json(String method, String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body));
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(console.resolve(path)).timeout(LIMIT);
  }

  /** Sends a request with the cookies. */
  public Answer send(HttpRequest.Builder request) {
    HttpResponse<String> response = send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response);
  }

  /** Sends a request with the cookies, and reads the answer in this way. */
  public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
    try {
      return client.send(request.build(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sends a GET without cookies, and does not follow where the answer leads. */
  HttpResponse<String> withoutRedirects(String path) {
    try (HttpClient plain = HttpClient.newHttpClient()) {
      return plain.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Forgets cookies whose name starts with this. */
  public void forget(String prefix) {
    cookies.getCookieStore().getCookies().stream()
        .filter(each -> each.getName().startsWith(prefix))
        .toList()
        .forEach(each -> cookies.getCookieStore().remove(null, each));
  }
}
