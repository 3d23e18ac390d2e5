package io.tenantry.backup.migration;

import io.tenantry.kernel.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The definitions of all objects of a tenant's schema, normalized so that equal schemas of
 * different tenants have equal catalogs.
 *
 * @param objects the definition of each object by its kind and name, {@code table merchants}
 */
record Catalog(NavigableMap<String, String> objects) {

  /** SHA-256 of all definitions, hexadecimal. */
  String fingerprint() {
    MessageDigest digest = Sha256.newDigest();
    objects.forEach(
        (name, definition) ->
            digest.update((name + "\0" + definition + "\0").getBytes(StandardCharsets.UTF_8)));
    return Sha256.hex(digest);
  }

  /** Compares with another catalog, object by object. */
  List<DriftReport.Difference> differences(Catalog actual) {
    TreeSet<String> names = new TreeSet<>(objects.keySet());
    names.addAll(actual.objects.keySet());
    List<DriftReport.Difference> differences = new ArrayList<>();
    for (String name : names) {
      Optional<String> expected = Optional.ofNullable(objects.get(name));
      Optional<String> found = Optional.ofNullable(actual.objects.get(name));
      if (!expected.equals(found)) {
        differences.add(DriftReport.Difference.of(name, expected, found));
      }
    }
    return differences;
  }

  /** Returns this catalog with additional objects. */
  Catalog with(NavigableMap<String, String> more) {
    NavigableMap<String, String> all = new TreeMap<>(objects);
    all.putAll(more);
    return new Catalog(all);
  }
}
