package dev.sluice.cascade.evaluation;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Files that the tests of this package read. */
final class TestFile {
  private TestFile() {}

  static Path of(Path folder, String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  static Path gzip(Path folder, String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  static Path resource(String name) {
    try {
      return Path.of(TestFile.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The folder of test collections, which need not exist. */
  static Path collections() {
    return Path.of(System.getProperty("sluice.root"), "..", "shared", "eval").normalize();
  }
}
