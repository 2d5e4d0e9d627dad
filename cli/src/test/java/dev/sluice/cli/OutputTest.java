package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard output that cannot be written, and what must not be written to it. */
class OutputTest {
  @TempDir static Path temp;
  private static Path index;

  @BeforeAll
  static void build() throws IOException {
    index = Documents.index(temp);
  }

  @Test
  void aReaderThatHasGoneEndsTheCommandQuietly() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(0, CommandRun.run("", failing("Broken pipe"), err, "search", index, "bees"));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void standardOutputThatCannotBeWrittenIsAFailure() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream full = failing("No space left on device");
    assertEquals(1, CommandRun.run("", full, err, "search", index, "bees"));
    assertEquals(
        "sluice: standard output cannot be written: No space left on device\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void noEscapeSequenceOfACorpusReachesTheTerminal(@TempDir Path folder) {
    Path red =
        Documents.indexOf(
            folder,
            "{\"_id\": \"a\\u001b[31m\", \"title\": \"t\\u001b[31m\", \"text\": \"wild\\u001b[31m"
                + " bees.\"}");
    for (String command : new String[] {"search", "ask"}) {
      CommandRun run = CommandRun.of(command, red, "Which bees?", "--trace").done();
      assertFalse(run.out().contains("\u001b"), run.out());
    }
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
