package io.tenantry.ingestion.capture;

import io.tenantry.ingestion.http.HeaderValue;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;

/**
 * CloudEvents in HTTP's binary mode (HTTP protocol binding 1.0.2, section 3.1): the attributes are
 * headers, the data is the body, and its media type is {@code Content-Type}.
 */
final class BinaryMode {

  private static final String PREFIX = "ce-";
  private static final String[] REQUIRED = {"ce-specversion", "ce-id", "ce-source", "ce-type"};

  private BinaryMode() {}

  /** Whether a request uses this mode: it does if it has at least one of the required headers. */
  static boolean isUsed(MultiMap headers) {
    for (String name : REQUIRED) {
      if (headers.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** Reads an event. */
  static void read(MultiMap headers, byte[] body, EventDraft draft) {
    for (Map.Entry<String, String> header : headers) {
      String field = header.getKey().toLowerCase(Locale.ROOT);
      if (field.startsWith(PREFIX) && draft.isFirst(field)) {
        attribute(field.substring(PREFIX.length()), field, header.getValue(), draft);
      }
    }
    draft.require(REQUIRED);
    String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
    if (contentType != null) {
      draft.attribute(EventDraft.CONTENT_TYPE, "content-type", contentType);
    }
    if (body.length > 0) {
      draft.bytes(body);
      draft.checkBytes("data", contentType != null);
    }
  }

  private static void attribute(String name, String field, String value, EventDraft draft) {
    if (name.equals(EventDraft.CONTENT_TYPE)) {
      draft.refuse(field, "is not allowed in binary mode; use Content-Type");
      return;
    }
    try {
      draft.attribute(name, field, HeaderValue.decode(value));
    } catch (IllegalArgumentException e) {
      draft.refuse(field, String.valueOf(e.getMessage()));
    }
  }
}
