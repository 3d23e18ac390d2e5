package io.tenantry.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.output.Columns;
import io.tenantry.cli.output.Printer;

/** Prints an answer that has more than its list. */
final class Output {

  private Output() {}

  /** Prints the items as a list, or the whole answer as JSON or YAML. */
  static void list(Printer printer, JsonNode answer, Columns columns) {
    if (printer.format().isWhole()) {
      printer.details(answer, columns);
    } else {
      printer.list(answer, columns);
    }
  }
}
