package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.VersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes single bytes of all files of an index, by chance. */
class FlippedByteTest {
  private static final int CHANGES_PER_FILE = 1;

  @TempDir Path temp;

  @Test
  void aChangedByteIsFoundByACheckAndNeverChangesAnAnswer() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path index = temp.resolve("index");
    SampleIndex.build(index);
    List<String> answers = SampleIndex.answers(index);
    assertTrue(IndexVerifier.verify(index, TaskListener.none()).isSound());

    for (Path file : files(index)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < CHANGES_PER_FILE && bytes.length > 0; i++) {
        byte[] changed = bytes.clone();
        int at = random.nextInt(bytes.length);
        changed[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, changed);
        check(index, file, answers, "seed " + seed + ", " + file + ", byte " + at);
      }
      Files.write(file, bytes);
    }
    assertEquals(answers, SampleIndex.answers(index));
  }

  /** Each file once: tables of the store are the same file in the checkpoints of two commits. */
  private static Collection<Path> files(Path index) throws IOException {
    Map<Object, Path> byFile = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(index)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        byFile.put(Files.readAttributes(file, BasicFileAttributes.class).fileKey(), file);
      }
    }
    return byFile.values();
  }

  private static void check(Path index, Path file, List<String> answers, String what) {
    try {
      VerifyReport report = IndexVerifier.verify(index, TaskListener.none());
      assertFalse(report.isSound(), what);
      String name = index.relativize(file).toString();
      assertTrue(
          report.findings().stream().anyMatch(finding -> finding.file().equals(name)),
          () -> what + ": " + report.findings());
    } catch (VersionException e) {
      // A changed version of the manifest: as good as any other way to say that it is unreadable.
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
    try {
      assertEquals(answers, SampleIndex.answers(index), what);
    } catch (DamagedException | VersionException e) {
      assertTrue(e.getMessage().contains(file.toString()), () -> what + ": " + e.getMessage());
    }
  }
}
