package dev.sluice.bench.durability;

import dev.sluice.index.BuildOptions;
import dev.sluice.index.BuildReport;
import dev.sluice.index.Document;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.reader.GivenDocuments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made documents of which each version can be told from its text. */
final class Documents {
  private static final int WORDS = 3000;

  private Documents() {}

  static String id(int number) {
    return "document-" + number;
  }

  /** A word that only this version of this document has, in each of its sentences. */
  static String mark(int number, int version) {
    return "mark" + number + "version" + version;
  }

  /** One to four sentences of 14 words, each of which is a passage. */
  static Document document(int number, int version) {
    Random random = new Random(31L * number + version);
    StringBuilder text = new StringBuilder();
    for (int sentence = 1 + random.nextInt(4); sentence > 0; sentence--) {
      text.append("The ").append(mark(number, version));
      for (int word = 0; word < 12; word++) {
        text.append(" word").append((int) (WORDS * random.nextDouble() * random.nextDouble()));
      }
      text.append(". ");
    }
    return new Document(
        id(number),
        "Title of " + number,
        text.toString(),
        Map.of("version", Integer.toString(version)),
        "made:" + number,
        List.of());
  }

  /** Brings an index up to these documents; with {@code mirror}, to these alone. */
  static BuildReport build(
      Path index, Iterator<Document> documents, Duration commitEvery, boolean mirror)
      throws InterruptedException {
    BuildOptions options =
        BuildOptions.defaults()
            .withEmbedder(WordVectors.NAME)
            .withPassages("sentence:16:0")
            .withCommitEvery(commitEvery)
            .withMirror(mirror);
    try (IndexBuilder builder = IndexBuilder.open(index, options, name -> new WordVectors())) {
      return builder.index(List.of(new GivenDocuments(() -> documents)));
    }
  }
}
