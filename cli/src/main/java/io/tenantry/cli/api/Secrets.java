package io.tenantry.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Masks secrets in output. */
public final class Secrets {

  private static final String MASK = "********";
  private static final Pattern NAMES =
      Pattern.compile("(.*[_-])?(key|password|secret|token|authorization|connection[_-]string)");
  private static final Pattern PASSWORD_IN_URL = Pattern.compile("(://[^:/@\\s]+:)[^@\\s]+@");

  private Secrets() {}

  /** A copy with every secret masked. */
  public static JsonNode masked(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode copy = object.objectNode();
        object
            .propertyStream()
            .forEach(
                e ->
                    copy.set(
                        e.getKey(),
                        isSecret(e.getKey()) && e.getValue().isValueNode() && !e.getValue().isNull()
                            ? TextNode.valueOf(MASK)
                            : e.getKey().equals("headers") && e.getValue().isObject()
                                ? hidden((ObjectNode) e.getValue())
                                : masked(e.getValue())));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = array.arrayNode();
        array.forEach(each -> copy.add(masked(each)));
        yield copy;
      }
      case TextNode text -> TextNode.valueOf(withoutPassword(text.asText()));
      default -> node;
    };
  }

  /** The names only: a header of any name may authenticate. */
  private static ObjectNode hidden(ObjectNode headers) {
    ObjectNode names = headers.objectNode();
    headers.fieldNames().forEachRemaining(name -> names.put(name, MASK));
    return names;
  }

  /** Whether a field or header of this name holds a secret. */
  public static boolean isSecret(String name) {
    return NAMES.matcher(name.toLowerCase(Locale.ROOT)).matches()
        && !name.equalsIgnoreCase("Idempotency-Key");
  }

  /** A URL without its password. */
  public static String withoutPassword(String text) {
    return PASSWORD_IN_URL.matcher(text).replaceAll("$1" + MASK + "@");
  }

  /** Masks a value; of a long one, a few characters stay to distinguish it from others. */
  public static String mask(String value) {
    return value.length() < 24 ? MASK : value.substring(0, 4) + MASK;
  }
}
