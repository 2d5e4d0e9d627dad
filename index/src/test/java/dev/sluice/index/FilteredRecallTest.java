package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.filter.Filter;
import dev.sluice.index.lexical.MatchingPassages;
import dev.sluice.index.reader.GivenDocuments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many of the true nearest among the accepted a walk of the graph, or a scan, finds. */
class FilteredRecallTest {
  private static final int DOCUMENTS = 6000;
  private static final int TOPICS = 20;
  private static final int K = 10;

  @TempDir static Path temp;
  private static Index index;
  private static Snapshot snapshot;

  @BeforeAll
  static void build() throws Exception {
    Random random = new Random(17);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      int topic = random.nextInt(TOPICS);
      String text = text(topic, random);
      Map<String, String> metadata = Map.of("lot", "" + random.nextInt(1000), "topic", "" + topic);
      documents.add(new Document("d" + i, "", text, metadata, "", List.of()));
    }
    BuildOptions options =
        BuildOptions.defaults().withEmbedder(WordEmbedder.NAME).withPassages("whole");
    try (IndexBuilder builder = IndexBuilder.open(temp, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
    index = Index.open(temp);
    snapshot = index.snapshot();
  }

  /** Words of a topic, and of others. */
  private static String text(int topic, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      int of = i < 4 ? topic : random.nextInt(TOPICS);
      text.append("word").append(of).append('x').append(random.nextInt(8)).append(' ');
    }
    return text.toString();
  }

  @AfterAll
  static void close() {
    snapshot.close();
    index.close();
  }

  @ParameterizedTest
  @CsvSource({
    "lot < 500, 0.5",
    "lot < 50, 0.05",
    "lot < 5, 0.005",
    "topic < 10, 0.5",
    "topic >= 10, 0.5",
    "topic = 3, 0.05",
    "not topic = 3, 0.95"
  })
  void theNearestOfTheAcceptedAreFound(String where, double share) {
    MatchingPassages accepted = snapshot.matching(Filter.parse(where));
    assertTrue(
        Math.abs((double) accepted.count() / DOCUMENTS - share) < share / 2,
        accepted.count() + " accepted");
    WordEmbedder embedder = new WordEmbedder();
    Random random = new Random(18);
    double found = 0;
    int queries = 40;
    for (int i = 0; i < queries; i++) {
      float[] query = embedder.embedQuery(text(i % TOPICS, random));
      // A narrow walk, so that a graph of this size is walked at all where half is accepted.
      Set<Integer> nearest =
          snapshot.nearest(query, K, 20, accepted).stream()
              .map(ScoredPassage::passage)
              .collect(Collectors.toSet());
      nearest.retainAll(exhaustive(query, accepted));
      found += nearest.size();
    }
    double recall = found / (queries * K);
    assertTrue(recall >= 0.95, where + ": recall " + recall);
  }

  private static Set<Integer> exhaustive(float[] query, MatchingPassages accepted) {
    List<ScoredPassage> all = new ArrayList<>();
    for (int next = accepted.next(0); next >= 0; next = accepted.next(next + 1)) {
      all.add(new ScoredPassage(next, snapshot.similarity(query, next)));
    }
    all.sort(Comparator.comparingDouble(ScoredPassage::score).reversed());
    return all.subList(0, K).stream()
        .map(ScoredPassage::passage)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
