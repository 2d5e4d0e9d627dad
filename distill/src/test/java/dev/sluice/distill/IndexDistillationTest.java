package dev.sluice.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.BuildOptions;
import dev.sluice.index.Document;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexDistillationTest {
  private static final List<String> WORDS =
      List.of(
          ("pump valve boiler ladder engine mirror basket lantern river garden winter summer"
                  + " copper silver letter market harbour candle window bridge forest meadow island"
                  + " carpet kettle hammer needle button ribbon pocket saddle wagon barrel anchor"
                  + " feather pepper ginger barley walnut cherry falcon badger otter heron salmon")
              .split(" "));

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  private Path index(String embedder) throws InterruptedException {
    Random random = new Random(1);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      documents.add(
          Document.of(
              "d" + i,
              words(random, 4),
              sentence(random) + " " + sentence(random) + " " + sentence(random)));
    }
    Path path = folder.resolve("index-" + embedder);
    try (IndexBuilder builder =
        IndexBuilder.open(path, BuildOptions.defaults().withEmbedder(embedder))) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
    return path;
  }

  private static String words(Random random, int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      words.append(i == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return words.toString();
  }

  private static String sentence(Random random) {
    return "The " + words(random, 9) + ".";
  }

  private IndexDistillation.Report run(Path index, Path out) {
    return IndexDistillation.run(
        new IndexDistillation.Options(
            index, "sluice-rerank", out, folder.resolve("work"), 100, OptionalLong.of(1), "test"),
        new DistillListener() {
          @Override
          public void progress(String task, String unit, long done, long total, String detail) {
            notes.add(task);
          }

          @Override
          public void note(String text) {
            notes.add(text);
          }
        });
  }

  @Test
  void whatIsNoGainIsNotPromotedAndAStoppedRunGoesOn() throws InterruptedException {
    Path index = index("bge-small");
    Path out = folder.resolve("mine");

    IndexDistillation.Report report = run(index, out);

    assertFalse(report.promoted(), report.toString());
    assertFalse(Files.exists(out));
    assertTrue(Files.isRegularFile(report.candidate().resolve("model.safetensors")));
    assertTrue(report.comparison().test().queries() > 0);

    notes.clear();
    IndexDistillation.Report again = run(index, out);
    assertEquals(report.comparison(), again.comparison());
    assertFalse(notes.contains("training"), notes.toString());
  }

  @Test
  void anIndexWithoutVectorsIsAnError() throws InterruptedException {
    Path index = index("none");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> run(index, folder.resolve("mine")));

    assertTrue(e.getMessage().contains("with vectors"), e.getMessage());
  }

  @Test
  void aPackThatWinsTakesThePlaceOfTheOldOneWhichIsKept() throws IOException {
    Path candidate = pack("candidate", "new");
    Path out = pack("mine", "old");

    Path kept = PackFolder.promote(candidate, out).orElseThrow();

    assertEquals("new", Files.readString(out.resolve("model")));
    assertEquals("old", Files.readString(kept.resolve("model")));
    assertEquals("new", Files.readString(candidate.resolve("model")));
    assertTrue(PackFolder.promote(candidate, folder.resolve("first")).isEmpty());
  }

  private Path pack(String name, String content) throws IOException {
    Path pack = Files.createDirectory(folder.resolve(name));
    Files.writeString(pack.resolve("model"), content);
    return pack;
  }
}
