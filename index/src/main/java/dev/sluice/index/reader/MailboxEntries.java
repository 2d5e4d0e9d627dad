package dev.sluice.index.reader;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The messages of a mailbox in mbox form (RFC 4155, and mboxrd's quoting of "From "). A message is
 * called by its Message-ID, so that it stays the same when others come or go; one without by its
 * number.
 */
final class MailboxEntries implements ArchiveEntries {

  private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);
  private static final String ID_FIELD = "message-id:";
  private static final int LONGEST_NAME = 200;

  private final InputStream in;
  private final ByteLines lines;
  private final long maxBytes;
  private boolean atSeparator;
  private long number;

  /**
   * @param in closed with this
   */
  MailboxEntries(InputStream in, long maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
    lines = new ByteLines(in, (int) maxBytes);
  }

  @Override
  public Optional<Entry> next() throws IOException {
    if (number == 0) {
      do {
        if (!lines.next()) {
          return Optional.empty();
        }
      } while (isBlank());
      if (!startsWith(0, FROM)) {
        throw new IOException("expected a line that begins with 'From ' at its start");
      }
      atSeparator = true;
    }
    return atSeparator ? Optional.of(message()) : Optional.empty();
  }

  /** Reads the message behind the separator, and the separator behind it. */
  private Entry message() throws IOException {
    number++;
    atSeparator = false;
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    boolean tooLong = false;
    boolean inHeader = true;
    boolean afterBlank = false;
    boolean wantsId = false;
    String id = "";
    while (lines.next()) {
      if (afterBlank && startsWith(0, FROM)) {
        atSeparator = true;
        break;
      }
      afterBlank = isBlank();
      inHeader &= !afterBlank;
      if (inHeader && id.isEmpty()) {
        String line = new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
        boolean named = line.toLowerCase(Locale.ROOT).startsWith(ID_FIELD);
        if (named || wantsId) {
          id = (named ? line.substring(ID_FIELD.length()) : line).strip();
        }
        wantsId = named && id.isEmpty(); // a long id may stand on the next line
      }
      tooLong |= lines.isTooLong() || content.size() + (long) lines.length() >= maxBytes;
      if (!tooLong) {
        int quote = isQuotedSeparator() ? 1 : 0;
        content.write(lines.bytes(), quote, lines.length() - quote);
        content.write('\n');
      }
    }
    byte[] message = content.toByteArray();
    return new Entry(
        name(id),
        false,
        message.length,
        "",
        tooLong
            ? Optional.of("a message of more than %d bytes; raise the limit".formatted(maxBytes))
            : Optional.empty(),
        () -> new ByteArrayInputStream(message));
  }

  private String name(String id) {
    String clean = id.replaceAll("[<>\\s\\p{Cntrl}]", "").replaceAll("[/\\\\]", "_");
    String name = clean.startsWith(".") ? "_" + clean : clean;
    return (name.isEmpty()
            ? "message-" + number
            : name.substring(0, Math.min(LONGEST_NAME, name.length())))
        + ".eml";
  }

  private boolean isBlank() {
    int length = lines.length();
    return length == 0 || (length == 1 && lines.bytes()[0] == '\r');
  }

  private boolean isQuotedSeparator() {
    int quotes = 0;
    while (quotes < lines.length() && lines.bytes()[quotes] == '>') {
      quotes++;
    }
    return quotes > 0 && startsWith(quotes, FROM);
  }

  private boolean startsWith(int at, byte[] prefix) {
    if (lines.length() < at + prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (lines.bytes()[at + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean areIndependent() {
    return false;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
