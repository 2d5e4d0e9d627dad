package dev.sluice.index.reader;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens files that may be compressed. */
final class InflatingFile {

  private InflatingFile() {}

  static InputStream open(Path file, Compression compression, InflationLimits limits)
      throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return InflatingStream.open(compression, new BufferedInputStream(in, 1 << 16), limits);
    } catch (IOException e) {
      try (in) {
        throw e;
      }
    }
  }
}
