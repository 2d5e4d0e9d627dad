package dev.sluice.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Quota;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinedGroupsTest {
  private static final DistillListener QUIET =
      new DistillListener() {
        @Override
        public void progress(String task, String unit, long done, long total, String detail) {}

        @Override
        public void note(String text) {}
      };

  private static final List<String> NAMES =
      List.of("oak ", "tin ", "silk ", "jade ", "wool ", "clay ", "zinc ", "cork ");

  @TempDir Path folder;

  private Path file(String kind) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : NAMES) {
      lines.add(
          "{\"query\":\"which %s is of %s\",\"positive\":\"This %s %s, and %s.\"}"
              .formatted(kind, name, kind, name.repeat(2), name.repeat(3)));
    }
    return Files.write(folder.resolve(kind + ".jsonl"), lines);
  }

  private DistillOptions options(List<Path> data, List<Path> blendData) {
    return new DistillOptions(
        data,
        blendData,
        Quota.everything(),
        100,
        0.1,
        "sluice-static",
        "bge-small",
        Optional.empty(),
        folder.resolve("out"),
        folder.resolve("work"),
        OptionalLong.of(1),
        "mine",
        "");
  }

  @Test
  void aBlendIsLearnedOnFilesOfAnotherKindWhereThereAreSome() throws IOException {
    List<Group> groups =
        MinedGroups.forBlend(options(List.of(file("lamp")), List.of(file("boat"))), QUIET);

    assertEquals(NAMES.size(), groups.size());
    for (Group group : groups) {
      assertEquals("boat", group.source());
      assertTrue(
          group.passages().stream().allMatch(passage -> passage.text().startsWith("This boat")),
          group.toString());
    }
  }

  @Test
  void aReaderHasNoBlend() throws IOException {
    DistillOptions options = options(List.of(file("lamp")), List.of(file("boat")));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> ReaderDistillation.run(options, QUIET));

    assertTrue(e.getMessage().contains("--blend-data"), e.getMessage());
  }
}
