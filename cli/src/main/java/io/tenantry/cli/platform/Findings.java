package io.tenantry.cli.platform;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenantry.cli.api.ApiException;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.UnreachableException;

/** The results of the checks, in order. */
final class Findings {

  private final ArrayNode checks = Json.MAPPER.createArrayNode();
  private boolean failed;

  /** One object for each result. */
  ArrayNode checks() {
    return checks;
  }

  /** Whether a check failed; warnings do not count. */
  boolean hasFailure() {
    return failed;
  }

  void ok(String check, String found) {
    add(check, "ok", found);
  }

  void warn(String check, String found, String advice) {
    add(check, "warn", found).put("advice", advice);
  }

  void fail(String check, String found, String advice) {
    failed = true;
    add(check, "fail", found).put("advice", advice);
  }

  private ObjectNode add(String check, String result, String found) {
    return checks.addObject().put("check", check).put("result", result).put("found", found);
  }

  void during(String check, Runnable action) {
    try {
      action.run();
    } catch (ApiException e) {
      fail(check, e.getMessage() + " (" + e.code() + ")", "see the service's log");
    } catch (UnreachableException e) {
      fail(check, String.valueOf(e.getMessage()), "see whether the service still runs");
    }
  }
}
