package io.tenantry.ingestion.http;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whose share of memory the body of a request is counted for. */
public sealed interface Sender {

  /** What the body counts for; the first that is full refuses it. */
  List<Group> groups();

  /** Something with a limit of its own. */
  record Group(Kind kind, Object id) {
    static final Group ALL = new Group(Kind.ALL, "");
    static final Group UNPROVEN = new Group(Kind.UNPROVEN, "");
  }

  /** What has a limit. */
  enum Kind {
    ALL,
    TENANT,
    INSTANCE,
    UNPROVEN,
    UNPROVEN_INSTANCE,
    UNPROVEN_ADDRESS
  }

  /**
   * A sender that has proven that it may send for a tenant.
   *
   * @param instance the instance it sends to, if it does
   */
  record Proven(UUID tenantId, Optional<UUID> instance) implements Sender {
    @Override
    public List<Group> groups() {
      Group tenant = new Group(Kind.TENANT, tenantId);
      return instance
          .map(id -> List.of(Group.ALL, tenant, new Group(Kind.INSTANCE, id)))
          .orElseGet(() -> List.of(Group.ALL, tenant));
    }
  }

  /**
   * A sender whose proof is its whole body, or that needs none: anyone who knows the instance's
   * name.
   *
   * @param network where it sends from: an IPv4 address, or the first half of an IPv6 address, of
   *     which one caller has many
   */
  record Unproven(UUID instance, String network) implements Sender {

    /** A sender at this address, which is null if the connection is closed already. */
    public static Unproven at(@Nullable SocketAddress address, UUID instance) {
      return new Unproven(instance, address == null ? "" : networkOf(address.hostAddress()));
    }

    /** The network of an address written in digits. */
    static String networkOf(String address) {
      try {
        return InetAddress.getByName(address) instanceof Inet6Address six
            ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), 8)) + "/64"
            : address;
      } catch (UnknownHostException e) {
        return address;
      }
    }

    @Override
    public List<Group> groups() {
      return List.of(
          Group.ALL,
          Group.UNPROVEN,
          new Group(Kind.UNPROVEN_INSTANCE, instance),
          new Group(Kind.UNPROVEN_ADDRESS, network));
    }
  }
}
