package io.tenantry.ingestion.event;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

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

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

  /** Whether a text is a time as in RFC 3339 that can be stored. */
  public static boolean isTime(String text) {
    try {
      return RFC_3339.matcher(text).matches() && OffsetDateTime.parse(text).getYear() > 0;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Whether a media type is JSON (RFC 6839: also what ends with {@code +json}). */
  public static boolean isJson(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip();
    return type.equalsIgnoreCase(JSON)
        || type.regionMatches(true, type.length() - 5, "+json", 0, 5);
  }
}
