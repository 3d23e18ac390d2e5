package io.tenantry.tenant.externalservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.externalservice.HttpService.Behaviour;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a service is called, and what becomes of each answer. Fault tolerance needs Quarkus. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T15")
class ServiceClientTest {

  @Inject ObjectMapper mapper;

  private final UUID tenant = UUID.randomUUID();
  private HttpService service;

  @BeforeEach
  void startService() throws IOException {
    service = new HttpService();
  }

  private ServiceClient client() {
    return new ServiceClient(new Config(URI.create("http://127.0.0.1:" + service.port())), mapper);
  }

  @ParameterizedTest
  @CsvSource({
    "FAIL, 2, true, responded with status 503",
    "HANG, 2, true, did not respond within PT0.3S|HttpTimeoutException",
    "DAWDLE, 2, true, did not respond within PT0.3S|HttpTimeoutException",
    "FLOOD, 2, true, is unreachable",
    "REFUSE, 1, false, responded with status 422",
    "REDIRECT, 1, false, responded with status 302",
  })
  void retriesOnlyWhatMaySucceedLater(
      Behaviour behaviour, int calls, boolean retryable, String reason) {
    service.behave(behaviour);

    ServiceCallFailed failure =
        catchThrowableOfType(
            ServiceCallFailed.class, () -> client().register("auth", tenant, Map.of()));

    assertThat(failure.getMessage()).containsPattern(reason);
    assertThat(failure.retryable()).isEqualTo(retryable);
    assertThat(service.requests()).hasSize(calls).allMatch(request -> request.startsWith("PUT "));
  }

  @Test
  void registersAtTheSecondAttempt() throws ServiceCallFailed {
    service.behave(Behaviour.FAIL_ONCE);

    Registration registration = client().register("auth", tenant, Map.of());

    assertThat(registration.endpoint()).contains("https://auth.example.com/tenants/" + tenant);
    assertThat(service.requests()).hasSize(2);
  }

  @Test
  void treatsUnknownTenantAsDeregistered() throws ServiceCallFailed {
    client().deregister("auth", tenant);

    assertThat(service.requests()).containsExactly("DELETE /tenants/" + tenant);
  }

  @ParameterizedTest
  @CsvSource({"FAIL, responded with status 503", "BE_ILL, responded with status 500"})
  void checksHealthOnce(Behaviour behaviour, String reason) {
    service.behave(behaviour);

    assertThatThrownBy(() -> client().checkHealth("auth", tenant))
        .isInstanceOf(ServiceCallFailed.class)
        .hasMessage(reason);
    assertThat(service.requests()).containsExactly("GET /tenants/" + tenant + "/health");
  }

  @Test
  void knowsWhichServicesAreConfigured() {
    assertThat(client().isConfigured("auth")).isTrue();
    assertThat(client().isConfigured("storage")).isFalse();
    assertThatThrownBy(() -> client().isConfigured("mail"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://auth", "auth:8080", "/auth", "http:/auth"})
  void refusesAUrlThatIsNotOfHttp(String url) {
    Config config = new Config(URI.create(url));

    assertThatThrownBy(() -> new ServiceClient(config, mapper))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("http://");
  }

  /** Short timeouts, and an auth service alone. */
  private record Config(URI auth) implements ServicesConfig {

    @Override
    public Urls url() {
      return new Urls() {
        @Override
        public Optional<URI> auth() {
          return Optional.of(auth);
        }

        @Override
        public Optional<URI> realtime() {
          return Optional.empty();
        }

        @Override
        public Optional<URI> storage() {
          return Optional.empty();
        }
      };
    }

    @Override
    public Optional<String> token() {
      return Optional.of("secret");
    }

    @Override
    public String endpointPattern() {
      return "";
    }

    @Override
    public Duration timeout() {
      return Duration.ofMillis(300);
    }

    @Override
    public int attempts() {
      return 2;
    }

    @Override
    public Duration retryDelay() {
      return Duration.ofMillis(10);
    }

    @Override
    public Duration maxRetryDelay() {
      return Duration.ofMillis(20);
    }

    @Override
    public Duration healthInterval() {
      return Duration.ofMinutes(1);
    }

    @Override
    public Duration healthPollInterval() {
      return Duration.ofMinutes(1);
    }
  }
}
