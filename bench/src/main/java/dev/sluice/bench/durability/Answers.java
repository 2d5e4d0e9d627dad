package dev.sluice.bench.durability;

import dev.sluice.index.Index;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an index says to a set of questions. */
final class Answers {
  private Answers() {}

  /**
   * Opens an index and asks it: BM25, the graph of the vectors, exact scores, and passages with
   * their texts.
   *
   * @param questions how many of each
   * @param documents numbers of documents are below this
   * @throws RuntimeException as the first question does that fails
   */
  static List<String> of(Path path, int questions, int documents) {
    List<String> answers = new ArrayList<>();
    try (WordVectors embedder = new WordVectors();
        Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      for (int i = 0; i < questions; i++) {
        String query = "word" + i * i + " word" + i * 17 + " title";
        float[] vector = embedder.embedQuery(query);
        List<ScoredPassage> hits = snapshot.lexical().search(query, 50);
        List<ScoredPassage> nearest = snapshot.nearest(vector, 20, 60);
        answers.add(hits.toString());
        answers.add(nearest.toString());
        for (ScoredPassage hit : hits) {
          answers.add(Float.toString(snapshot.similarity(vector, hit.passage())));
        }
        String id = Documents.id((int) ((long) i * documents / questions));
        answers.add(id + snapshot.text(id));
        for (int passage : snapshot.passages(id)) {
          answers.add(snapshot.passage(passage).toString());
        }
      }
    }
    return answers;
  }
}
