package io.tenantry.kernel.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.ApiConventions;
import io.tenantry.kernel.http.MaxBody;
import io.tenantry.kernel.idempotency.IdempotencyStore.Answer;
import io.tenantry.kernel.idempotency.IdempotencyStore.Claim;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Makes writes safe to repeat: a request with the same {@code Idempotency-Key} and the same content
 * gets the first answer again (draft-ietf-httpapi-idempotency-key-header of the IETF). Only
 * successful answers are stored; a failed request may be retried with the same key.
 */
@Singleton
public final class IdempotencyFilter {

  private static final Logger LOG = Logger.getLogger(IdempotencyFilter.class);
  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final String HEADER = ApiConventions.IDEMPOTENCY_KEY;
  private static final String REPLAYED = "Idempotency-Replayed";
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final String CLAIMED = IdempotencyFilter.class.getName();

  /** The size limit of JSON bodies, and one byte more. */
  private static final int LARGEST_BODY = MaxBody.LARGEST + 1;

  /** Looked up late: filters are created before the configuration is available. */
  private final Provider<IdempotencyStore> store;

  private final SecurityIdentity caller;
  private final ObjectMapper mapper;
  private final RequestFingerprint fingerprint;

  IdempotencyFilter(
      Provider<IdempotencyStore> store,
      SecurityIdentity caller,
      ObjectMapper mapper,
      RequestFingerprint fingerprint) {
    this.store = store;
    this.caller = caller;
    this.mapper = mapper;
    this.fingerprint = fingerprint;
  }

  /** Answers a repeated request; other requests proceed. */
  @ServerRequestFilter
  public Optional<Response> before(ContainerRequestContext request) throws IOException {
    String header = request.getHeaderString(HEADER);
    if (header == null || !WRITES.contains(request.getMethod())) {
      return Optional.empty();
    }
    if (!KEY.matcher(header).matches()) {
      throw new TenantryException(
          ErrorCode.BAD_REQUEST, HEADER + " must be 1 to 255 visible ASCII characters.");
    }
    IdempotencyStore.Key key =
        store.get().key(caller.getPrincipal().getName(), operation(request), header);
    byte[] digest = digest(request);
    return switch (store.get().claim(key, digest)) {
      case Claim.Taken taken -> {
        request.setProperty(CLAIMED, key);
        fingerprint.set(sha256(key.context() + "\n", digest));
        yield Optional.empty();
      }
      case Claim.Answered answered -> Optional.of(replay(answered.answer()));
      case Claim.InProgress wait ->
          throw new TenantryException(
              ErrorCode.IDEMPOTENCY_KEY_IN_USE,
              "The first request with this key is still in progress; try again later.");
      case Claim.OfAnotherRequest other ->
          throw new TenantryException(
              ErrorCode.IDEMPOTENCY_KEY_REUSED,
              "The key was used for a different request; use a new key.");
    };
  }

  /** Stores a successful answer. */
  @ServerResponseFilter
  public void after(ContainerRequestContext request, ContainerResponseContext response) {
    if (!(request.getProperty(CLAIMED) instanceof IdempotencyStore.Key key)) {
      return;
    }
    try {
      if (response.getStatus() / 100 == 2) {
        store
            .get()
            .remember(
                key,
                new Answer(
                    response.getStatus(),
                    Optional.ofNullable(response.getLocation()).map(Object::toString),
                    Optional.ofNullable(response.getEntity()).map(this::json)));
      } else {
        store.get().release(key);
      }
    } catch (RuntimeException e) {
      LOG.warnf("the answer to an idempotency key could not be stored: %s", e.getMessage());
    }
  }

  private static Response replay(Answer answer) {
    Response.ResponseBuilder response = Response.status(answer.status()).header(REPLAYED, "true");
    answer.location().ifPresent(location -> response.header(HttpHeaders.LOCATION, location));
    answer.body().ifPresent(body -> response.type(MediaType.APPLICATION_JSON).entity(body));
    return response.build();
  }

  /** The digest of method, URL and body. The body is read here and again by its reader. */
  private static byte[] digest(ContainerRequestContext request) throws IOException {
    byte[] body = request.getEntityStream().readNBytes(LARGEST_BODY);
    request.setEntityStream(new ByteArrayInputStream(body));
    return sha256(
        "%s %s\n"
            .formatted(
                request.getMethod(),
                request.getUriInfo().getRequestUri().getRawSchemeSpecificPart()),
        body);
  }

  private static String operation(ContainerRequestContext request) {
    return request.getMethod() + " " + request.getUriInfo().getPath();
  }

  private static byte[] sha256(String text, byte[] bytes) {
    MessageDigest digest = Sha256.newDigest();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return digest.digest(bytes);
  }

  private String json(Object entity) {
    try {
      return mapper.writeValueAsString(entity);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
