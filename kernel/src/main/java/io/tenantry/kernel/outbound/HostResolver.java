package io.tenantry.kernel.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host name; may block. */
public interface HostResolver {

  /** All addresses of a name, the preferred one first. */
  InetAddress[] resolve(String host) throws UnknownHostException;
}
