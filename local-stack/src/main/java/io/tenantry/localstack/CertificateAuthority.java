package io.tenantry.localstack;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Issues certificates for servers and clients in tests, in milliseconds. The JDK has no public API
 * for this, so this class encodes X.509 (RFC 5280) in DER.
 */
public final class CertificateAuthority {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;

  private static final byte[] TRUE = {1, 1, (byte) 0xff};
  private static final byte[] ECDSA_WITH_SHA256 =
      der(SEQUENCE, new byte[] {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2});
  private static final byte[] BASIC_CONSTRAINTS = {6, 3, 0x55, 0x1d, 0x13};
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = {6, 3, 0x55, 0x1d, 0x11};

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration ONE_DAY = Duration.ofDays(1);

  private final String name;
  private final KeyPair keys;
  private final String certificate;

  private CertificateAuthority(String name) {
    this.name = name;
    this.keys = newKeys();
    byte[] extensions =
        extension(BASIC_CONSTRAINTS, concat(TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE))));
    Instant now = Instant.now();
    this.certificate = certificate(name, keys, now.minus(ONE_DAY), now.plus(ONE_DAY), extensions);
  }

  /** Creates an authority with a self-signed certificate. */
  public static CertificateAuthority create(String name) {
    return new CertificateAuthority(name);
  }

  /**
   * A certificate and its private key, in PEM.
   *
   * @param key the private key in PKCS #8
   */
  public record Issued(String certificate, String key) {

    /** Returns both in a Java key store, for servers that do not read PEM. */
    public KeyStore keyStore(String password) {
      try {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
            "server",
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes(key))),
            password.toCharArray(),
            new Certificate[] {
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes(certificate)))
            });
        return store;
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] bytes(String pem) {
      return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }
  }

  /** This authority's own certificate, in PEM. */
  public String certificate() {
    return certificate;
  }

  /**
   * Issues a certificate that is valid from yesterday until tomorrow.
   *
   * @param names the subject's name, followed by its host names or IP addresses
   */
  public Issued issue(String... names) {
    Instant now = Instant.now();
    return issue(now.minus(ONE_DAY), now.plus(ONE_DAY), names);
  }

  /** Issues a certificate that expired an hour ago. */
  public Issued issueExpired(String... names) {
    Instant now = Instant.now();
    return issue(now.minus(ONE_DAY), now.minus(Duration.ofHours(1)), names);
  }

  private Issued issue(Instant from, Instant until, String... names) {
    KeyPair subject = newKeys();
    byte[] hosts =
        concat(
            List.of(names).subList(1, names.length).stream()
                .map(CertificateAuthority::host)
                .toArray(byte[][]::new));
    byte[] extensions =
        hosts.length == 0
            ? new byte[0]
            : extension(SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, der(SEQUENCE, hosts)));
    return new Issued(
        certificate(names[0], subject, from, until, extensions),
        pem("PRIVATE KEY", subject.getPrivate().getEncoded()));
  }

  private static byte[] host(String host) {
    try {
      return Character.isDigit(host.charAt(0))
          ? der(IP_ADDRESS, InetAddress.getByName(host).getAddress())
          : der(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] extension(byte[] id, byte[] value) {
    return der(SEQUENCE, id, value);
  }

  private String certificate(
      String subject, KeyPair subjectKeys, Instant from, Instant until, byte[] extensions) {
    byte[] content =
        der(
            SEQUENCE,
            der(VERSION, der(INTEGER, new byte[] {2})),
            der(INTEGER, serialNumber()),
            ECDSA_WITH_SHA256,
            distinguishedName(name),
            der(SEQUENCE, time(from), time(until)),
            distinguishedName(subject),
            subjectKeys.getPublic().getEncoded(),
            extensions.length == 0 ? extensions : der(EXTENSIONS, der(SEQUENCE, extensions)));
    return pem(
        "CERTIFICATE",
        der(
            SEQUENCE,
            content,
            ECDSA_WITH_SHA256,
            der(BIT_STRING, new byte[] {0}, signature(content))));
  }

  /** Positive, and without a leading zero. */
  private static byte[] serialNumber() {
    byte[] number = new byte[8];
    new SecureRandom().nextBytes(number);
    number[0] = (byte) ((number[0] & 0x3f) | 0x40);
    return number;
  }

  private static byte[] distinguishedName(String commonName) {
    return new X500Principal("CN=" + commonName).getEncoded();
  }

  private static byte[] time(Instant instant) {
    return der(UTC_TIME, SECONDS.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] signature(byte[] content) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Encodes a value with its tag and length. */
  private static byte[] der(int tag, byte[]... parts) {
    byte[] value = concat(parts);
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.write(tag);
    if (value.length < 0x80) {
      encoded.write(value.length);
    } else if (value.length < 0x100) {
      encoded.write(0x81);
      encoded.write(value.length);
    } else {
      encoded.write(0x82);
      encoded.write(value.length >> 8);
      encoded.write(value.length);
    }
    encoded.writeBytes(value);
    return encoded.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind,
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content),
            kind);
  }
}
