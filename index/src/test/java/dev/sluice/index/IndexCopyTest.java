package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexCopyTest {
  @TempDir Path temp;
  private Path index;
  private Path copy;

  @BeforeEach
  void build() throws Exception {
    index = temp.resolve("index");
    copy = temp.resolve("copies").resolve("copy");
    SampleIndex.build(index);
  }

  private CopyReport copy() {
    return IndexCopy.copy(index, copy, TaskListener.none());
  }

  private static void assertSound(Path path) {
    VerifyReport report = IndexVerifier.verify(path, TaskListener.none());
    assertEquals(List.of(), report.findings());
    assertEquals(List.of(), report.leftovers());
  }

  @Test
  void aCopyAnswersAsTheIndex() throws Exception {
    CopyReport report = copy();

    assertEquals(3, report.generation());
    assertSound(copy);
    assertEquals(SampleIndex.answers(index), SampleIndex.answers(copy));
    try (Stream<Path> files = Files.walk(copy)) {
      assertEquals(files.filter(Files::isRegularFile).count(), report.files());
    }
  }

  @Test
  void indexAndCopyGoOnByThemselves() throws Exception {
    List<String> answers = SampleIndex.answers(index);
    copy();
    SampleIndex.build(copy, SampleIndex.documents(20, 2), true);

    assertSound(index);
    assertEquals(answers, SampleIndex.answers(index));

    List<String> answersOfCopy = SampleIndex.answers(copy);
    SampleIndex.build(index, SampleIndex.documents(20, 3), true);
    assertSound(copy);
    assertEquals(answersOfCopy, SampleIndex.answers(copy));
  }

  @Test
  void copiesOfAnIndexThatIsBeingWrittenAreSound() throws Exception {
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Callable<Void> commits =
          () -> {
            for (int i = 0; i < 12; i++) {
              SampleIndex.build(index, SampleIndex.documents(20, i), true);
            }
            return null;
          };
      Future<Void> written = writer.submit(commits);
      int copies = 0;
      while (!written.isDone() || copies == 0) {
        Path to = temp.resolve("copy" + copies++);
        IndexCopy.copy(index, to, TaskListener.none());
        assertSound(to);
      }
      written.get();
    }
  }

  @Test
  void nothingOfTheUsersIsOverwritten() throws Exception {
    Files.createDirectories(copy);
    Files.writeString(copy.resolve("mine"), "of the user");

    assertThrows(InvalidInputException.class, this::copy);
    assertEquals("of the user", Files.readString(copy.resolve("mine")));
  }

  @Test
  void aCopyWithinTheIndexIsRefused() {
    copy = index.resolve("copy");
    assertThrows(InvalidInputException.class, this::copy);
    assertFalse(Files.exists(copy));
  }

  @Test
  void whatCannotBeCopiedLeavesNothing() throws Exception {
    Files.delete(index.resolve("deletes-3"));

    DamagedException e = assertThrows(DamagedException.class, this::copy);
    assertTrue(e.getMessage().contains("deletes-3"), e.getMessage());
    assertFalse(Files.exists(copy));
  }
}
