package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.index.reader.GivenDocuments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passages of a document with marks. */
class TranscriptIndexTest {
  @TempDir Path temp;

  private static final String WORDS = "Ää bees make honey in their hive every day.";

  /** A sentence every ten seconds. */
  private static Document talk(int sentences, int delay) {
    StringBuilder text = new StringBuilder();
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < sentences; i++) {
      text.append(text.isEmpty() ? "" : " ");
      long from = 10_000L * i + delay;
      marks.add(new Mark(text.length(), Place.time(from, from + 9_000)));
      text.append(WORDS);
    }
    return new Document("talk", "", text.toString(), Map.of(), "", List.of(), marks);
  }

  private BuildReport build(Document document) throws InterruptedException {
    BuildOptions options =
        BuildOptions.defaults().withEmbedder(WordEmbedder.NAME).withPassages("sentence:20:10");
    try (IndexBuilder builder =
        IndexBuilder.open(temp.resolve("index"), options, name -> new WordEmbedder())) {
      return builder.index(List.of(new GivenDocuments(List.of(document))));
    }
  }

  @Test
  void aPassageKnowsTheTimeOfItsSentences() throws Exception {
    build(talk(50, 0));
    try (Index index = Index.open(temp.resolve("index"));
        Snapshot snapshot = index.snapshot()) {
      List<Integer> passages = snapshot.passages("talk");
      int sentenceBytes = WORDS.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + 1;
      for (int number : passages) {
        Passage passage = snapshot.passage(number);
        long first = passage.span().from() / sentenceBytes;
        long last = (passage.span().to() - 1) / sentenceBytes;
        assertEquals(
            Optional.of(Place.time(10_000 * first, 10_000 * last + 9_000)), passage.place());
      }
      assertEquals(0, snapshot.passage(passages.getFirst()).place().orElseThrow().from());
      assertEquals(499_000, snapshot.passage(passages.getLast()).place().orElseThrow().to());
    }
  }

  @Test
  void otherTimesMakeAnotherDocument() throws Exception {
    build(talk(3, 0));
    VerifyReport verified = IndexVerifier.verify(temp.resolve("index"), TaskListener.none());
    assertEquals(List.of(), verified.findings());
    assertEquals(1, build(talk(3, 0)).unchanged());
    assertEquals(1, build(talk(3, 500)).updated());
  }
}
