package dev.sluice.index;

import dev.sluice.index.reader.GivenDocuments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small index with everything that there is: several commits, changed and removed documents. */
final class SampleIndex {
  static final int DOCUMENTS = 60;
  private static final int WORDS = 400;

  private SampleIndex() {}

  /** Some documents have several passages, one has no text. */
  static List<Document> documents(int count, long seed) {
    Random random = new Random(seed);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int sentence = random.nextInt(12); sentence > 0; sentence--) {
        text.append("Here");
        for (int word = 0; word < 7; word++) {
          text.append(" w").append((int) (WORDS * random.nextDouble() * random.nextDouble()));
        }
        text.append(". ");
      }
      documents.add(
          new Document(
              "id" + i,
              "Title w" + random.nextInt(WORDS),
              text.toString(),
              Map.of("n", Integer.toString(i)),
              "file:" + i,
              List.of()));
    }
    return documents;
  }

  static BuildReport build(Path index, List<Document> documents, boolean mirror)
      throws InterruptedException {
    BuildOptions options =
        BuildOptions.defaults()
            .withEmbedder(WordEmbedder.NAME)
            .withPassages("sentence:20:5")
            .withMirror(mirror);
    try (IndexBuilder builder = IndexBuilder.open(index, options, name -> new WordEmbedder())) {
      return builder.index(List.of(new GivenDocuments(documents)));
    }
  }

  /** Builds it: three commits; the last one has deleted passages that a segment still holds. */
  static void build(Path index) throws InterruptedException {
    build(index, documents(DOCUMENTS - 10, 1), false);
    build(index, documents(DOCUMENTS, 1), false);
    List<Document> changed = new ArrayList<>(documents(DOCUMENTS, 1));
    changed.set(3, Document.of("id3", "Changed", "Quite another text w1 w2 w3."));
    changed.remove(7);
    build(index, changed, true);
  }

  /**
   * All that an index says: of lexical search, of vector search, and every passage.
   *
   * @throws RuntimeException as the first question does that fails
   */
  static List<String> answers(Path path) {
    List<String> answers = new ArrayList<>();
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      answers(snapshot, answers);
    }
    return answers;
  }

  private static void answers(Snapshot snapshot, List<String> answers) {
    WordEmbedder embedder = new WordEmbedder();
    int passages = 0;
    for (int i = 0; i < 40; i++) {
      String query = "w" + i * 7 + " w" + i + " title";
      List<ScoredPassage> hits = snapshot.lexical().search(query, 1000);
      float[] vector = embedder.embedQuery(query);
      answers.add(query + " " + hits + " " + snapshot.nearest(vector, 20, 100));
      for (ScoredPassage hit : hits) {
        passages = Math.max(passages, hit.passage());
      }
      if (i == 0) {
        hits.forEach(
            hit -> answers.add(hit + " " + snapshot.similarity(vector, hit.passage())));
      }
    }
    for (int i = 0; i < DOCUMENTS; i++) {
      List<Integer> numbers = snapshot.passages("id" + i);
      answers.add("id" + i + " " + numbers + " " + snapshot.text("id" + i));
      numbers.forEach(number -> answers.add(snapshot.passage(number).toString()));
    }
  }
}
