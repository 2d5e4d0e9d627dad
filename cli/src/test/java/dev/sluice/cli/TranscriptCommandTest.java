package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hits and citations of a recording name the time. */
class TranscriptCommandTest {
  @TempDir Path temp;

  private static final String TALK =
      """
      WEBVTT

      12:34.000 --> 12:40.500
      Honey bees live in hives.

      12:41.000 --> 12:51.900
      A honey bee makes honey from nectar.

      1:00:00.000 --> 1:00:09.000
      Thank you for listening to this long talk.
      """;

  private Path index() throws IOException {
    Path docs = Documents.folder(temp);
    Files.writeString(docs.resolve("talk.vtt"), TALK);
    Files.delete(docs.resolve("bees.md"));
    return Documents.index(temp, docs);
  }

  @Test
  void hitsNameTheTimeOfTheirPassage() throws IOException {
    Path index = index();
    JsonNode hits =
        CommandRun.of("search", index, "honey nectar", "--stages", "lexical", "--json")
            .done()
            .json()
            .get("hits");
    assertEquals("talk.vtt", hits.at("/0/document").asText());
    assertEquals("{\"from\":754.0,\"to\":3609.0}", hits.at("/0/time").toString());
    String text =
        CommandRun.of("search", index, "honey nectar", "--stages", "lexical").done().out();
    assertTrue(text.contains("talk.vtt 12:34-1:00:09 [0,"), text);
    String other =
        CommandRun.of("search", index, "Müritz", "--stages", "lexical", "--json").done().out();
    assertFalse(other.contains("\"time\""), other);
  }

  @Test
  void citationsNameTheTimeOfTheirSentence() throws IOException {
    Path index = index();
    String question = "What does a honey bee make from nectar?";
    JsonNode answer =
        CommandRun.of("ask", index, question, "--stages", "lexical", "--json").done().json();
    JsonNode citation = answer.at("/citations/0");
    assertEquals("A honey bee makes honey from nectar.", citation.get("text").asText());
    assertEquals("{\"from\":761.0,\"to\":771.9}", citation.get("time").toString());
    String text = CommandRun.of("ask", index, question, "--stages", "lexical").done().out();
    assertTrue(text.contains("[1] talk.vtt 12:41-12:51 ["), text);
  }
}
