package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.Group.Passage;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupFileTest {
  @TempDir Path folder;

  private static Group group(int i) {
    return new Group(
        "q" + i,
        "source",
        "query “" + i + "”\n",
        List.of(
            new Passage("p" + i, "Title\ntext 😀", 1, 12.34567, 0.87654),
            new Passage("n" + i, "", 0, 0, -0.1)));
  }

  private static List<Group> groups(int count) {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      groups.add(group(i));
    }
    return groups;
  }

  /** Writes all groups that are not yet safe, up to one of them, and completes the file or not. */
  private static void write(Path file, int upTo, boolean finish) throws IOException {
    try (GroupWriter writer = GroupWriter.open(file, "run")) {
      for (int i = (int) writer.written(); i < upTo; i++) {
        writer.write(group(i));
      }
      if (finish) {
        writer.finish();
      }
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = folder.resolve("a.groups.jsonl.gz");
    write(file, 450, true);
    assertEquals(groups(450), GroupFile.read(file));
  }

  @Test
  void aFileOfNoGroupsCanBeRead() throws IOException {
    Path file = folder.resolve("a.groups.jsonl.gz");
    write(file, 0, true);
    assertEquals(List.of(), GroupFile.read(file));
  }

  @Test
  void aRunThatWasCutOffGivesTheSameFile() throws IOException {
    Path whole = folder.resolve("whole.groups.jsonl.gz");
    write(whole, 950, true);
    Path resumed = folder.resolve("resumed.groups.jsonl.gz");
    write(resumed, 450, false);
    // What a killed process had written of a block beyond the last safe one.
    Path part = folder.resolve("resumed.groups.jsonl.gz.part");
    Files.write(part, new byte[] {31, -117, 8, 0, 1, 2}, StandardOpenOption.APPEND);
    assertFalse(Files.exists(resumed));
    write(resumed, 700, false);
    write(resumed, 950, true);
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(resumed));
  }

  @Test
  void aRunThatWasCutOffBeforeItsFileGotItsNameIsComplete() throws IOException {
    Path file = folder.resolve("a.groups.jsonl.gz");
    write(file, 10, true);
    Files.move(file, folder.resolve("a.groups.jsonl.gz.part"));
    try (GroupWriter writer = GroupWriter.open(file, "run")) {
      assertTrue(writer.isFinished());
      assertEquals(10, writer.written());
    }
    assertEquals(groups(10), GroupFile.read(file));
  }

  @Test
  void theGroupsOfAnotherRunAreNotOverwritten() throws IOException {
    Path file = folder.resolve("a.groups.jsonl.gz");
    write(file, 10, true);
    String message =
        assertThrows(InvalidInputException.class, () -> GroupWriter.open(file, "other"))
            .getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    Path unknown = Files.writeString(folder.resolve("b.groups.jsonl.gz"), "mine");
    assertThrows(InvalidInputException.class, () -> GroupWriter.open(unknown, "run"));
    assertEquals("mine", Files.readString(unknown));
  }

  @Test
  void aPartThatIsTooShortIsDamaged() throws IOException {
    Path file = folder.resolve("a.groups.jsonl.gz");
    write(file, 450, false);
    Files.write(folder.resolve("a.groups.jsonl.gz.part"), new byte[5]);
    String message =
        assertThrows(DamagedException.class, () -> GroupWriter.open(file, "run")).getMessage();
    assertTrue(message.contains("a.groups.jsonl.gz.part"), message);
  }

  @Test
  void aLineThatIsNoGroupIsNamed() throws IOException {
    Path file = folder.resolve("a.groups.jsonl");
    Files.writeString(
        file,
        "{\"id\":\"1\",\"source\":\"s\",\"query\":\"q\",\"passages\":[]}\n"
            + "{\"id\":\"2\",\"source\":\"s\",\"query\":\"q\",\"passages\":[{\"id\":\"p\"}]}\n");
    try (GroupFile groups = GroupFile.open(file)) {
      assertEquals("1", groups.next().orElseThrow().id());
      String message = assertThrows(InvalidInputException.class, groups::next).getMessage();
      assertTrue(message.startsWith(file + ":2: "), message);
      assertTrue(message.contains("relevance"), message);
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = folder.resolve("none.groups.jsonl.gz");
    String message =
        assertThrows(InvalidInputException.class, () -> GroupFile.open(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
  }
}
