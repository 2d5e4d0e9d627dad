package dev.sluice.distill.data;

import dev.sluice.index.BuildOptions;
import dev.sluice.index.BuildProgress;
import dev.sluice.index.BuildReport;
import dev.sluice.index.Document;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.reader.GivenDocuments;
import java.nio.file.Path;
import java.util.List;

/** The passages that mining searches, as an ordinary index of whole passages. */
final class Pool {
  private Pool() {}

  /**
   * Adds the passages that the index does not hold yet; a build that was cut off goes on.
   *
   * @param passages in the order in which they are indexed
   */
  static BuildReport build(
      Path folder, String embedder, List<SourcePassage> passages, BuildProgress.Listener listener)
      throws InterruptedException {
    BuildOptions options =
        BuildOptions.defaults().withPassages("whole").withEmbedder(embedder).withMirror(false);
    Iterable<Document> documents =
        () ->
            passages.stream()
                .map(passage -> Document.of(passage.id(), passage.title(), passage.text()))
                .iterator();
    try (IndexBuilder builder = IndexBuilder.open(folder, options)) {
      return builder.listener(listener).index(List.of(new GivenDocuments(documents)));
    }
  }
}
