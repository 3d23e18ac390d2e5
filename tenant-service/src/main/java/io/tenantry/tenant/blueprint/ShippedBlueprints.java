package io.tenantry.tenant.blueprint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the blueprints shipped with the service, in the resources under {@code blueprints/}. */
final class ShippedBlueprints {

  private static final String ROOT = "blueprints/";

  private ShippedBlueprints() {}

  /** The files of each shipped blueprint, by blueprint name. */
  static Map<String, BlueprintFiles> read() {
    // A native executable cannot list class path folders, so a file contains the list.
    return read("index.txt")
        .lines()
        .collect(
            Collectors.groupingBy(
                path -> path.substring(0, path.indexOf('/')),
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toMap(
                        path -> path.substring(path.indexOf('/') + 1), ShippedBlueprints::read),
                    BlueprintFiles::of)));
  }

  private static String read(String path) {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(ROOT + path)) {
      if (in == null) {
        throw new IllegalStateException("the shipped blueprints have no file " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
