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

/** The sender of a request, for whose memory limits its body counts. */
public sealed interface Sender {

  /** The groups that the body counts for; the body is refused if the limit of one is reached. */
  List<Group> groups();

  /** A group of senders that share a limit. */
  record Group(Kind kind, Object id) {
    static final Group ALL = new Group(Kind.ALL, "");
    static final Group UNPROVEN = new Group(Kind.UNPROVEN, "");
  }

  /** The kinds of groups. */
  enum Kind {
    ALL,
    TENANT,
    INSTANCE,
    UNPROVEN,
    UNPROVEN_INSTANCE,
    UNPROVEN_ADDRESS
  }

  /**
   * An authenticated sender of a tenant's events.
   *
   * @param instance the instance it sends to, for webhook messages
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
   * A sender that is not authenticated yet, because its signature covers the whole body, or that
   * needs no authentication.
   *
   * @param network the sender's IPv4 address or IPv6 /64 network, as one caller may have many IPv6
   *     addresses
   */
  record Unproven(UUID instance, String network) implements Sender {

    /** The sender at this address; the address is null if the connection is closed already. */
    public static Unproven at(@Nullable SocketAddress address, UUID instance) {
      return new Unproven(instance, address == null ? "" : networkOf(address.hostAddress()));
    }

    /** The network of a numeric address. */
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
