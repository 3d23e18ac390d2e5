package io.tenantry.ingestion.event;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant's event on its way: CloudEvents 1.0.
 *
 * @param tenantId whose it is
 * @param source where it comes from; together with {@code id} it names the event for good
 * @param id of the event, within its source
 * @param type what happened
 * @param subject what it happened to
 * @param time when it happened, RFC 3339, as the sender has written it
 * @param contentType of the data
 * @param extensions further attributes, by name
 * @param data as the sender has written it; not copied, to be read only
 */
@SuppressWarnings("ArrayRecordComponent")
public record Event(
    UUID tenantId,
    String source,
    String id,
    String type,
    Optional<String> subject,
    Optional<String> time,
    String contentType,
    Map<String, String> extensions,
    byte[] data) {

  /** The longest source, in characters: source and id together have to fit a PostgreSQL index. */
  public static final int LONGEST_SOURCE = 400;

  /** The longest id, in characters. */
  public static final int LONGEST_ID = 200;

  /** The longest type, in characters. */
  public static final int LONGEST_TYPE = 255;

  /** The longest value of any other attribute, in characters. */
  public static final int LONGEST_ATTRIBUTE = 1024;

  /** The most extensions an event may have. */
  public static final int MOST_EXTENSIONS = 20;

  /** The media type of JSON. */
  public static final String JSON = "application/json";

  /** Whether a media type is JSON (RFC 6839: also what ends with {@code +json}). */
  public static boolean isJson(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip();
    return type.equalsIgnoreCase(JSON)
        || type.regionMatches(true, type.length() - 5, "+json", 0, 5);
  }
}
