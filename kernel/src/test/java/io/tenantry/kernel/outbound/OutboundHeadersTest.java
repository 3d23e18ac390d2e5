package io.tenantry.kernel.outbound;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.error.InvalidRequest;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("T23")
class OutboundHeadersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host", "content-LENGTH", "Transfer-Encoding", "Connection", "Upgrade", "TE",
        "Proxy-Authorization", "a b", "a:b", "", "a\r\nHost", "ä"
      })
  void refusesNamesThatChangeConnectionOrRequest(String name) {
    assertThatThrownBy(() -> OutboundHeaders.check("headers", Map.of(name, "x")))
        .isInstanceOf(InvalidRequest.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nHost: b", "a\n", "a\u0000", " a", "a ", "ä"})
  void refusesValuesThatWouldStartAnotherHeader(String value) {
    assertThatThrownBy(() -> OutboundHeaders.check("headers", Map.of("X-Test", value)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void acceptsOrdinaryHeaders() {
    assertThatCode(
            () ->
                OutboundHeaders.check(
                    "headers", Map.of("Authorization", "Bearer abc.def", "X-Empty", "", "a", "b")))
        .doesNotThrowAnyException();
  }
}
