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

  /** How many of them are there after the last commit. */
  static final int LIVING = 57;

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
    List<Document> changed = new ArrayList<>(documents(DOCUMENTS, 1));
    changed.set(3, Document.of("id3", "Changed", "Quite another text w1 w2 w3."));
    build(index, changed, false);
    changed.subList(7, 7 + DOCUMENTS - LIVING).clear();
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

  /**
   * All that an index holds: {@link #answers} without the scores of lexical search, which depend on
   * documents that are gone until Lucene has forgotten them.
   */
  static List<String> contents(Path path) {
    return answers(path).stream().filter(answer -> !answer.startsWith("scored ")).toList();
  }

  private static void answers(Snapshot snapshot, List<String> answers) {
    WordEmbedder embedder = new WordEmbedder();
    for (int i = 0; i < 40; i++) {
      String query = "w" + i * 7 + " w" + i + " title";
      List<ScoredPassage> hits = snapshot.lexical().search(query, 1000);
      float[] vector = embedder.embedQuery(query);
      answers.add("scored " + query + " " + hits);
      answers.add(
          query
              + " "
              + hits.stream().map(ScoredPassage::passage).sorted().toList()
              + snapshot.nearest(vector, 20, 100));
      if (i == 0) {
        hits.stream()
            .map(ScoredPassage::passage)
            .sorted()
            .forEach(passage -> answers.add(passage + " " + snapshot.similarity(vector, passage)));
      }
    }
    for (int i = 0; i < DOCUMENTS; i++) {
      List<Integer> numbers = snapshot.passages("id" + i);
      answers.add("id" + i + " " + numbers + " " + snapshot.text("id" + i));
      numbers.forEach(number -> answers.add(snapshot.passage(number).toString()));
    }
  }
}
