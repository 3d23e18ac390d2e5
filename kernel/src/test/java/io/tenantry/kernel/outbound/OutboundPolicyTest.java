package io.tenantry.kernel.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("T23")
class OutboundPolicyTest {

  private static final OutboundPolicy STRICT = TestConfig.strict().policy();

  /** Http is allowed, so that each URL is refused for its own reason. */
  private static final OutboundPolicy PLAIN = TestConfig.strict().withPlainHttp().policy();

  static Stream<String> insideAddresses() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/inside-addresses.txt")).stream()
        .filter(line -> !line.startsWith("#"));
  }

  @ParameterizedTest
  @MethodSource("insideAddresses")
  void refusesInsideAddressInEverySpelling(String url) {
    assertThatThrownBy(() -> PLAIN.check(url))
        .isInstanceOfSatisfying(
            AddressRefused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OUTBOUND_ADDRESS_REFUSED));
  }

  @ParameterizedTest
  @MethodSource("insideAddresses")
  void refusesInsideAddressWithTlsToo(String url) {
    assertThatThrownBy(() -> PLAIN.check(url.replaceFirst("^http:", "https:")))
        .isInstanceOf(AddressRefused.class);
  }

  @Test
  void knowsMoreThanSixtySpellings() throws IOException {
    assertThat(insideAddresses()).hasSizeGreaterThan(60).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://receiver.example",
        "https://receiver.example/",
        "https://receiver.example/hooks?token=1&a=%20",
        "https://receiver.example:8443/hooks",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://[::ffff:93.184.216.34]/",
        "https://[64:ff9b::93.184.216.34]/",
        "https://[2002:5db8:d822::1]/"
      })
  void allowsPublicAddress(String url) {
    assertThat(STRICT.check(url).isInside()).isFalse();
  }

  @Test
  void returnsSchemeAndHostInLowerCase() {
    assertThat(STRICT.check("HTTPS://Receiver.Example/Hooks"))
        .hasToString("https://receiver.example/Hooks");
  }

  /** U+010A becomes a line feed where a program keeps only the lower byte. */
  @Test
  void encodesWhatIsNotAscii() {
    assertThat(STRICT.check("https://receiver.example/\u010a?ä=\u010d"))
        .hasToString("https://receiver.example/%C4%8A?%C3%A4=%C4%8D");
  }

  @Test
  void refusesLongUrl() {
    assertThatThrownBy(() -> STRICT.check("https://receiver.example/" + "x".repeat(2048)))
        .hasMessage("The URL must have at most 2048 characters.");
  }

  @Test
  void refusesPlainHttpUnlessConfigured() {
    assertThatThrownBy(() -> STRICT.check("http://receiver.example/"))
        .hasMessage("The URL must start with https://.");
    assertThat(PLAIN.check("http://receiver.example/").uri()).hasScheme("http");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://10.0.0.1/",
        "https://172.20.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://[fd12:3456::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://private.example/",
        "https://six.example/"
      })
  void allowsPrivateNetworksByOneSetting(String url) {
    assertThat(TestConfig.strict().withPrivateNetworks().policy().check(url).isInside()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://100.100.100.200/",
        "https://[fd00:ec2::254]/",
        "https://loopback.example/",
        "https://both.example/",
        "https://metadata.google.internal/"
      })
  void refusesThisMachineAndMetadataAlsoWithPrivateNetworks(String url) {
    assertThatThrownBy(() -> TestConfig.strict().withPrivateNetworks().policy().check(url))
        .isInstanceOf(AddressRefused.class);
  }

  @Test
  void allowsOnlyExactHostAndPortOfList() {
    OutboundPolicy policy =
        TestConfig.strict().allowing("loopback.example:9000", "127.0.0.1", "[::1]:9000").policy();

    assertThat(policy.check("http://loopback.example:9000/").isInside()).isTrue();
    assertThat(policy.check("https://127.0.0.1/").isInside()).isTrue();
    assertThat(policy.check("https://[0:0:0:0:0:0:0:1]:9000/").isInside()).isTrue();
    for (String url :
        List.of(
            "https://loopback.example/",
            "https://127.0.0.1:9000/",
            "https://127.1/",
            "https://127.0.0.2/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]:9000/",
            "https://both.example/")) {
      assertThatThrownBy(() -> policy.check(url)).as(url).isInstanceOf(AddressRefused.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://a.example", "a.example/path", "10.0.0.0/8", "*.example", "", "127.1"})
  void refusesToStartWithListEntryThatIsNoHost(String entry) {
    TestConfig config = TestConfig.strict().allowing(entry);

    assertThatThrownBy(config::policy).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void saysTheSameOfUnknownNamesAndNamesInside() {
    List<String> messages =
        Stream.of("https://unknown.example/", "https://private.example/", "https://10.0.0.1/")
            .map(OutboundPolicyTest::refusal)
            .map(AddressRefused::getMessage)
            .distinct()
            .toList();

    assertThat(messages).hasSize(1).first().asString().doesNotContain("10.");
    assertThat(refusal("https://unknown.example/").isUnresolved()).isTrue();
    assertThat(refusal("https://private.example/").isUnresolved()).isFalse();
  }

  private static AddressRefused refusal(String url) {
    try {
      throw new AssertionError(STRICT.check(url));
    } catch (AddressRefused refused) {
      return refused;
    }
  }

  @Test
  void looksUpSlowNameOnceAndOthersMeanwhile() {
    AtomicInteger lookups = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    OutboundPolicy policy =
        new OutboundPolicy(
            TestConfig.strict(),
            host -> {
              if (host.equals("slow.example")) {
                lookups.incrementAndGet();
                awaitUninterruptibly(answer);
              }
              return new InetAddress[] {InetAddress.ofLiteral("93.184.216.34")};
            });

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () -> policy.check(URI.create("https://slow.example/"), Duration.ofMillis(20)))
          .isInstanceOfSatisfying(
              AddressRefused.class, refused -> assertThat(refused.isUnresolved()).isTrue());
    }
    assertThat(policy.check("https://receiver.example/")).isNotNull();

    assertThat(lookups).hasValue(1);
    answer.countDown();
    assertThat(policy.check("https://slow.example/").isInside()).isFalse();
  }

  /** U+1FEF is a backtick to the normalisation of URLs. */
  @Test
  void refusesCharacterThatNormalisationMakesInvalid() {
    assertThat(refusal("https://receiver.example/\u1fef").isUnresolved()).isFalse();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
