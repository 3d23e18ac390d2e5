package io.tenantry.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What clients were told: the outside view with which the installation is compared in the end. */
final class Ledger {

  private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
  private final Set<String> openNames = ConcurrentHashMap.newKeySet();
  private final Set<String> commanded = ConcurrentHashMap.newKeySet();
  private final Set<String> backups = ConcurrentHashMap.newKeySet();
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Collection<String> violations = new ConcurrentLinkedQueue<>();

  /** A tenant whose creation was acknowledged; used by one client at a time. */
  static final class Tenant {

    private final String id;
    private final String name;
    private final String key;
    private final Set<String> accepted = new LinkedHashSet<>();
    private volatile @Nullable String status = "active";

    private Tenant(String id, String name, String key) {
      this.id = id;
      this.name = name;
      this.key = key;
    }

    String id() {
      return id;
    }

    String name() {
      return name;
    }

    /** Its API key. */
    String key() {
      return key;
    }

    /** The status that was acknowledged last; null while the outcome of a change is open. */
    @Nullable String status() {
      return status;
    }

    void status(@Nullable String acknowledged) {
      status = acknowledged;
    }

    /** The ids of its events that were accepted, in this order. */
    Set<String> accepted() {
      return accepted;
    }
  }

  /** A creation was acknowledged. */
  Tenant created(String id, String name, String key) {
    Tenant tenant = new Tenant(id, name, key);
    tenants.put(id, tenant);
    openNames.remove(name);
    return tenant;
  }

  /** A creation is requested: until it is acknowledged, there may be a tenant of this name. */
  void requested(String name) {
    openNames.add(name);
  }

  /** A command that requests a tenant of this name was confirmed by Kafka. */
  void commanded(String name) {
    commanded.add(name);
  }

  /** A backup was reported as completed. */
  void backedUp(String backup) {
    backups.add(backup);
  }

  /** Counts something for the report. */
  void count(String what, long number) {
    counts.computeIfAbsent(what, first -> new LongAdder()).add(number);
  }

  /** Something is not as promised. */
  void violation(String message) {
    violations.add(message);
  }

  Collection<Tenant> tenants() {
    return tenants.values();
  }

  /** The names of tenants whose creation was never acknowledged. */
  Set<String> openNames() {
    return openNames;
  }

  /** The names of tenants that confirmed commands have requested. */
  Set<String> commanded() {
    return commanded;
  }

  /** The ids of completed backups. */
  Set<String> backups() {
    return backups;
  }

  Map<String, Long> counts() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((what, number) -> sums.put(what, number.sum()));
    return sums;
  }

  List<String> violations() {
    return new ArrayList<>(violations);
  }
}
