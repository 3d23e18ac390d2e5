package io.tenantry.kernel.outbound;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What an address is for, by the IANA registries of special-purpose addresses. An IPv6 address that
 * carries an IPv4 address (mapped, NAT64, 6to4, Teredo, ISATAP) is judged by the latter.
 */
enum AddressKind {
  PUBLIC,
  /** RFC 1918, shared by carrier-grade NAT (RFC 6598), or unique local (RFC 4193). */
  PRIVATE,
  /** Never a receiver: this machine, its link, a cloud's metadata, multicast, reserved. */
  FORBIDDEN;

  private static final int BYTE = 8;

  private static final List<Range> RANGES =
      List.of(
          // Metadata and agents of clouds outside 169.254.0.0/16: Alibaba, Azure, AWS, Google.
          Range.v4(100, 100, 100, 200, 32, FORBIDDEN),
          Range.v4(168, 63, 129, 16, 32, FORBIDDEN),
          Range.v6("fd000ec2000000000000000000000254", 128, FORBIDDEN),
          Range.v6("fd2000ce000000000000000000000254", 128, FORBIDDEN),
          Range.v4(0, 0, 0, 0, 8, FORBIDDEN),
          Range.v4(10, 0, 0, 0, 8, PRIVATE),
          Range.v4(100, 64, 0, 0, 10, PRIVATE),
          Range.v4(127, 0, 0, 0, 8, FORBIDDEN),
          Range.v4(169, 254, 0, 0, 16, FORBIDDEN),
          Range.v4(172, 16, 0, 0, 12, PRIVATE),
          Range.v4(192, 0, 0, 0, 24, FORBIDDEN),
          // Documentation, and the former relays of 6to4.
          Range.v4(192, 0, 2, 0, 24, FORBIDDEN),
          Range.v4(192, 88, 99, 0, 24, FORBIDDEN),
          Range.v4(192, 168, 0, 0, 16, PRIVATE),
          // Benchmarks, documentation.
          Range.v4(198, 18, 0, 0, 15, FORBIDDEN),
          Range.v4(198, 51, 100, 0, 24, FORBIDDEN),
          Range.v4(203, 0, 113, 0, 24, FORBIDDEN),
          // Multicast, reserved, broadcast.
          Range.v4(224, 0, 0, 0, 3, FORBIDDEN),
          Range.v6("fc", 7, PRIVATE),
          // IETF protocols, documentation. Teredo, which is among them, is judged before.
          Range.v6("2001", 23, FORBIDDEN),
          Range.v6("20010db8", 32, FORBIDDEN),
          Range.v6("3fff", 20, FORBIDDEN),
          Range.v6("20", 3, PUBLIC),
          // Loopback, link-local, site-local, multicast, and what has no purpose yet.
          Range.v6("", 0, FORBIDDEN),
          Range.v4(0, 0, 0, 0, 0, PUBLIC));

  private static final Range MAPPED = Range.v6("00000000000000000000ffff", 96, FORBIDDEN);
  private static final Range NAT64 = Range.v6("0064ff9b", 96, FORBIDDEN);
  private static final Range SIX_TO_FOUR = Range.v6("2002", 16, FORBIDDEN);
  private static final Range TEREDO = Range.v6("20010000", 32, FORBIDDEN);

  static AddressKind of(InetAddress address) {
    return of(address.getAddress());
  }

  private static AddressKind of(byte[] address) {
    return carried(address)
        .map(addresses -> addresses.stream().map(AddressKind::of).max(AddressKind::compareTo))
        .orElseGet(
            () ->
                RANGES.stream()
                    .filter(range -> range.contains(address))
                    .findFirst()
                    .map(range -> range.kind))
        .orElse(FORBIDDEN);
  }

  /** The IPv4 addresses in an IPv6 address that is only a way to write or reach them. */
  private static Optional<List<byte[]>> carried(byte[] address) {
    if (MAPPED.contains(address) || NAT64.contains(address) || isIsatap(address)) {
      return Optional.of(List.of(v4(address, 12)));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return Optional.of(List.of(v4(address, 2)));
    }
    if (TEREDO.contains(address)) {
      byte[] client = v4(address, 12);
      for (int i = 0; i < client.length; i++) {
        client[i] = (byte) ~client[i];
      }
      return Optional.of(List.of(v4(address, 4), client));
    }
    return Optional.empty();
  }

  /** A public prefix followed by {@code 0:5efe} or {@code 200:5efe} and an IPv4 address. */
  private static boolean isIsatap(byte[] address) {
    return address.length == 16
        && (address[0] & 0xe0) == 0x20
        && (address[8] & 0xfd) == 0
        && address[9] == 0
        && address[10] == 0x5e
        && address[11] == (byte) 0xfe;
  }

  private static byte[] v4(byte[] address, int from) {
    return Arrays.copyOfRange(address, from, from + 4);
  }

  private static final class Range {

    private final byte[] prefix;
    private final int bits;
    private final AddressKind kind;

    private Range(byte[] prefix, int bits, AddressKind kind) {
      this.prefix = prefix;
      this.bits = bits;
      this.kind = kind;
    }

    static Range v4(int a, int b, int c, int d, int bits, AddressKind kind) {
      return new Range(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, bits, kind);
    }

    /** A range by the first bytes of its addresses, in hexadecimal. */
    static Range v6(String prefix, int bits, AddressKind kind) {
      return new Range(Arrays.copyOf(HexFormat.of().parseHex(prefix), 16), bits, kind);
    }

    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int i = 0; i * BYTE < bits; i++) {
        int mask = bits - i * BYTE >= BYTE ? 0xff : 0xff << (BYTE - bits % BYTE);
        if (((address[i] ^ prefix[i]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
