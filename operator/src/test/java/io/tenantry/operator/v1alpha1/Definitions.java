package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDInfo;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Generates the custom resource definitions from the classes, and adds what the generator omits.
 */
final class Definitions {

  /** The resources of the operator. */
  static final List<Class<? extends CustomResource<?, ?>>> RESOURCES =
      List.of(Tenant.class, TenantBackup.class, TenantRestore.class, Blueprint.class);

  private static final YAMLMapper YAML =
      new YAMLMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR));

  private Definitions() {}

  /** The definitions by file name. */
  static Map<String, String> generate(Path directory) {
    Map<String, String> files = new TreeMap<>();
    for (Class<? extends CustomResource<?, ?>> resource : RESOURCES) {
      CRDInfo info =
          new CRDGenerator()
              .customResourceClasses(resource)
              .forCRDVersions("v1")
              .inOutputDir(directory.toFile())
              .detailedGenerate()
              .getCRDDetailsPerNameAndVersion()
              .values()
              .iterator()
              .next()
              .get("v1");
      try {
        ObjectNode definition =
            (ObjectNode) YAML.readTree(Files.readString(Path.of(info.getFilePath())));
        correct(definition, resource);
        files.put(info.getCrdName() + ".yaml", YAML.writeValueAsString(definition));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private static void correct(ObjectNode definition, Class<?> resource) {
    for (JsonNode version : definition.at("/spec/versions")) {
      ((ObjectNode) version).set("additionalPrinterColumns", inOrder(version, resource));
      ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
      schema.putArray("required").add("spec");
      ((ObjectNode) schema.get("properties")).set("apiVersion", text());
      ((ObjectNode) schema.get("properties")).set("kind", text());
      ((ObjectNode) schema.get("properties")).putObject("metadata").put("type", "object");
      describe(schema, "spec", "What is requested.");
      describe(schema, "status", "What the operator knows; written by it alone.");
      correctSchema(schema);
      conditions((ObjectNode) schema.at("/properties/status/properties/conditions"));
    }
  }

  private static void describe(ObjectNode schema, String property, String words) {
    ((ObjectNode) schema.at("/properties/" + property)).put("description", words);
  }

  private static JsonNode text() {
    return YAML.createObjectNode().put("type", "string");
  }

  /** The columns in the order of the annotations; the generator sorts them by path. */
  private static ArrayNode inOrder(JsonNode version, Class<?> resource) {
    List<String> order =
        Stream.of(resource.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    List<JsonNode> columns = new ArrayList<>();
    version.path("additionalPrinterColumns").forEach(columns::add);
    columns.sort(Comparator.comparingInt(column -> order.indexOf(column.get("name").asText())));
    return YAML.createArrayNode().addAll(columns);
  }

  /** Any JSON is permitted where unknown fields are; the generator permits objects only. */
  private static void correctSchema(ObjectNode schema) {
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      schema.remove("additionalProperties");
    }
    schema.path("properties").forEach(property -> correctSchema((ObjectNode) property));
    if (schema.path("items").isObject()) {
      correctSchema((ObjectNode) schema.get("items"));
    }
  }

  /** Conditions are merged by type when several managers apply a status. */
  private static void conditions(ObjectNode conditions) {
    conditions.put("x-kubernetes-list-type", "map");
    conditions.putArray("x-kubernetes-list-map-keys").add("type");
    ArrayNode required = ((ObjectNode) conditions.get("items")).putArray("required");
    List.of("type", "status", "reason", "message", "lastTransitionTime").forEach(required::add);
    ObjectNode fields = (ObjectNode) conditions.at("/items/properties");
    ((ObjectNode) fields.get("lastTransitionTime")).put("format", "date-time");
    Map.of(
            "type", "What the condition is about.",
            "status", "True, False or Unknown.",
            "reason", "The reason for the status, one word in CamelCase.",
            "message", "The reason in words.",
            "lastTransitionTime", "When the status changed last.",
            "observedGeneration", "The generation of spec that the condition is about.")
        .forEach((name, words) -> ((ObjectNode) fields.get(name)).put("description", words));
  }

  /** A definition as a tree. */
  static JsonNode parse(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
