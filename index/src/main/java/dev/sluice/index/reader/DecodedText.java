package dev.sluice.index.reader;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * Bytes of unknown encoding as text. What decides, in this order: a byte order mark; zero bytes in
 * every other place (UTF-16); being valid UTF-8; the encoding that the content declares; mostly
 * valid UTF-8; what juniversalchardet finds; else windows-1252.
 *
 * @param text without byte order mark
 * @param charset what it was decoded with
 * @param replaced number of places where bytes could not be decoded and U+FFFD stands instead
 */
record DecodedText(String text, Charset charset, int replaced) {

  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** How much is looked at to guess an encoding. */
  private static final int SAMPLE = 1 << 16;

  private static final byte ESCAPE = 0x1b;

  /**
   * @param declared the encoding that the content names itself, where it does
   */
  static DecodedText of(byte[] bytes, Optional<Charset> declared) {
    Optional<Mark> mark = Mark.of(bytes);
    if (mark.isPresent()) {
      return decode(bytes, mark.get().length, mark.get().charset);
    }
    Optional<Charset> wide = utf16(bytes);
    if (wide.isPresent()) {
      return decode(bytes, 0, wide.get());
    }
    // ISO-2022-JP and its like are ASCII with escapes: valid UTF-8, yet meant otherwise.
    if (!contains(bytes, ESCAPE)) {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return new DecodedText(text, StandardCharsets.UTF_8, 0);
      } catch (CharacterCodingException e) {
        // Not UTF-8; the guesses below.
      }
    }
    return decode(bytes, 0, guess(bytes, declared));
  }

  private static Charset guess(byte[] bytes, Optional<Charset> declared) {
    if (declared.isPresent() && !declared.get().equals(StandardCharsets.UTF_8)) {
      return declared.get();
    }
    if (isMostlyUtf8(bytes)) {
      return StandardCharsets.UTF_8;
    }
    UniversalDetector detector = new UniversalDetector();
    int from = firstBeyondAscii(bytes);
    detector.handleData(bytes, 0, Math.min(bytes.length, SAMPLE));
    if (from >= SAMPLE) {
      detector.handleData(bytes, from, Math.min(bytes.length - from, SAMPLE));
    }
    detector.dataEnd();
    return Optional.ofNullable(detector.getDetectedCharset())
        .filter(name -> !name.equals("US-ASCII"))
        .flatMap(DecodedText::charset)
        .orElse(WINDOWS_1252);
  }

  /** The charset of a name, where this Java has it. */
  static Optional<Charset> charset(String name) {
    try {
      return Optional.of(Charset.forName(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // an unknown name is the same as none
    }
  }

  private static DecodedText decode(byte[] bytes, int from, Charset charset) {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    var decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer out =
        CharBuffer.allocate((int) (in.remaining() * (double) decoder.maxCharsPerByte()) + 16);
    int replaced = 0;
    while (true) {
      var result = decoder.decode(in, out, true);
      if (!result.isError()) {
        break;
      }
      in.position(in.position() + result.length());
      out.put('\ufffd');
      replaced++;
    }
    decoder.flush(out);
    return new DecodedText(out.flip().toString(), charset, replaced);
  }

  /** UTF-16 without a mark: in Latin text one byte of each pair is zero. */
  private static Optional<Charset> utf16(byte[] bytes) {
    int pairs = Math.min(bytes.length, SAMPLE) / 2;
    int even = 0;
    int odd = 0;
    for (int i = 0; i < pairs; i++) {
      even += bytes[2 * i] == 0 ? 1 : 0;
      odd += bytes[2 * i + 1] == 0 ? 1 : 0;
    }
    boolean enough = pairs >= 4 && bytes.length % 2 == 0;
    if (enough && odd >= pairs * 0.6 && even == 0) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    if (enough && even >= pairs * 0.6 && odd == 0) {
      return Optional.of(StandardCharsets.UTF_16BE);
    }
    return Optional.empty();
  }

  /** Whether well-formed sequences of several bytes far outnumber malformed ones. */
  private static boolean isMostlyUtf8(byte[] bytes) {
    int good = 0;
    int bad = 0;
    for (int i = 0; i < bytes.length; ) {
      int length = sequence(bytes, i);
      good += length > 1 ? 1 : 0;
      bad += length == 0 ? 1 : 0;
      i += Math.max(1, length);
    }
    return good > 4 * bad;
  }

  /** Length of the UTF-8 sequence at an index; 0 where there is none. */
  private static int sequence(byte[] bytes, int at) {
    int lead = bytes[at] & 0xff;
    int length =
        lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  private static int firstBeyondAscii(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  private enum Mark {
    UTF_32_LE(DecodedText.UTF_32LE, 0xff, 0xfe, 0, 0),
    UTF_32_BE(DecodedText.UTF_32BE, 0, 0, 0xfe, 0xff),
    UTF_8(StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf),
    UTF_16_LE(StandardCharsets.UTF_16LE, 0xff, 0xfe),
    UTF_16_BE(StandardCharsets.UTF_16BE, 0xfe, 0xff);

    private final Charset charset;
    private final int[] bytes;
    private final int length;

    Mark(Charset charset, int... bytes) {
      this.charset = charset;
      this.bytes = bytes;
      this.length = bytes.length;
    }

    static Optional<Mark> of(byte[] content) {
      for (Mark mark : values()) {
        boolean matches = content.length >= mark.length;
        for (int i = 0; matches && i < mark.length; i++) {
          matches = (content[i] & 0xff) == mark.bytes[i];
        }
        if (matches) {
          return Optional.of(mark);
        }
      }
      return Optional.empty();
    }
  }
}
