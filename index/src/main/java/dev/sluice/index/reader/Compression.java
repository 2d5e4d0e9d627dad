package dev.sluice.index.reader;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** How a stream is compressed. */
enum Compression {
  NONE("", ""),
  GZIP(".gz", "1f8b"),
  ZSTD(".zst", "28b52ffd");

  /** For messages: the extensions that a file of any readable kind may have behind its own. */
  static final String EXTENSIONS = "each also with .gz or .zst";

  private static final int BUFFER = 1 << 16;

  private final String extension;
  private final byte[] magic;

  Compression(String extension, String magic) {
    this.extension = extension;
    this.magic = HexFormat.of().parseHex(magic);
  }

  /** Those that are compressions. */
  private static List<Compression> real() {
    return List.of(GZIP, ZSTD);
  }

  /** By the last extension of a name. */
  static Compression ofName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return real().stream().filter(c -> name.endsWith(c.extension)).findFirst().orElse(NONE);
  }

  /** By the first bytes of a stream, which is left where it is. */
  static Compression ofContent(BufferedInputStream in) throws IOException {
    in.mark(Integer.BYTES);
    byte[] start = in.readNBytes(Integer.BYTES);
    in.reset();
    return real().stream().filter(c -> c.begins(start)).findFirst().orElse(NONE);
  }

  private boolean begins(byte[] start) {
    return start.length >= magic.length && Arrays.equals(magic, Arrays.copyOf(start, magic.length));
  }

  /** A name without the extension of this compression. */
  String strip(String fileName) {
    return fileName.substring(0, fileName.length() - extension.length());
  }

  /**
   * Never says that it has nothing to give for the moment, as a pipe does: {@link GZIPInputStream}
   * would take that for the end of the stream and drop the members behind.
   */
  private static final class NeverDry extends FilterInputStream {
    NeverDry(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return in.read(into, offset, length);
    }

    @Override
    public int available() {
      return 1;
    }
  }

  /** What a compressed stream holds; all members or frames of it, one after the other. */
  InputStream open(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(new NeverDry(in), BUFFER);
      case ZSTD -> new ZstdInputStream(in);
    };
  }
}
