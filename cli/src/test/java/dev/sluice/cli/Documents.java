package dev.sluice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small folders of documents and lexical indexes of them. */
final class Documents {

  private Documents() {}

  /** Three documents: on bees, on rivers and on bees at rivers. */
  static Path folder(Path temp) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("docs"));
    Files.writeString(
        folder.resolve("bees.md"),
        "# Bees\n\nHoney bees live in hives. A honey bee makes honey from nectar.\n");
    Files.writeString(
        folder.resolve("rivers.txt"),
        "The river Müritz flows slowly. Its water comes from a lake in the north.\n");
    Files.writeString(
        folder.resolve("meadow.html"),
        "<html><head><title>The meadow</title></head><body><p>Bees drink water where the river"
            + " passes the meadow.</p></body></html>");
    return folder;
  }

  /** A lexical index of {@link #folder}. */
  static Path index(Path temp) throws IOException {
    return index(temp, folder(temp));
  }

  /** A lexical index of some source. */
  static Path index(Path temp, Path source) {
    Path index = temp.resolve("index");
    CommandRun.of("index", "--into", index, source, "--embedder", "none").done();
    return index;
  }

  /** A lexical index of JSON lines. */
  static Path indexOf(Path temp, String... lines) {
    Path index = temp.resolve("index");
    CommandRun.withInput(
            String.join("\n", lines), "index", "--into", index, "-", "--embedder", "none")
        .done();
    return index;
  }
}
