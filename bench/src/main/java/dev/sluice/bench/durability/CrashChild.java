package dev.sluice.bench.durability;

import dev.sluice.index.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Builds one round after the other until it is killed. Each round gives each document another
 * version, leaves it as it is, or removes it, all of which follows from the number of the round.
 */
final class CrashChild {
  /** What the process prints when it begins to build. */
  static final String BEGUN = "begun";

  private CrashChild() {}

  /** The version of a document after a round; empty where it is not there. */
  static OptionalInt version(int document, int round) {
    OptionalInt version = OptionalInt.of(0);
    for (int i = 1; i <= round; i++) {
      int chance = new Random(77_000L * i + document).nextInt(20);
      if (chance == 0) {
        version = OptionalInt.empty();
      } else if (chance < 6) {
        version = OptionalInt.of(i);
      }
    }
    return version;
  }

  /** The rounds that were written whole, by the journal of the child; 0 before the first. */
  static int roundsDone(Path journal) throws IOException {
    if (!Files.exists(journal)) {
      return 0;
    }
    List<String> lines = Files.readAllLines(journal);
    return lines.isEmpty() ? 0 : Integer.parseInt(lines.getLast());
  }

  /**
   * @param arguments folder of the index, journal, number of documents
   */
  public static void main(String[] arguments) throws Exception {
    Path index = Path.of(arguments[0]);
    Path journal = Path.of(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    // The one that kills counts from here, however long the virtual machine took to start.
    System.out.println(BEGUN);
    for (int round = roundsDone(journal) + 1; ; round++) {
      int now = round;
      Iterator<Document> documents =
          IntStream.range(0, count)
              .filter(i -> version(i, now).isPresent())
              .mapToObj(i -> Documents.document(i, version(i, now).getAsInt()))
              .iterator();
      Documents.build(index, documents, Duration.ofMillis(60), true);
      Files.writeString(
          journal, round + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
