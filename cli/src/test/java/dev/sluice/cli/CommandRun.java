package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** One command that has run, with what it said. Nothing goes to the user's cache folder. */
record CommandRun(int exitCode, String out, String err) {

  static {
    System.setProperty("sluice.cache", Path.of("target", "test-cache").toAbsolutePath().toString());
  }

  static CommandRun of(Object... args) {
    return withInput("", args);
  }

  static CommandRun withInput(String input, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = run(input, out, err, args);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command with its output to these streams and returns the exit code. */
  static int run(String input, OutputStream out, OutputStream err, Object... args) {
    Terminal terminal =
        Terminal.of(
            new Properties(),
            Map.of(),
            new PrintStream(new StandardOutput(out), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    String[] words = new String[args.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = args[i].toString();
    }
    return new Main(terminal, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)))
        .run(words);
  }

  /** This run, which has succeeded. */
  CommandRun done() {
    assertEquals(0, exitCode, err);
    return this;
  }

  /** The one line of the output. */
  JsonNode json() {
    List<JsonNode> lines = jsonLines();
    assertEquals(1, lines.size(), out);
    return lines.getFirst();
  }

  List<JsonNode> jsonLines() {
    return out.lines().map(CommandRun::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }

  /** The fields of an object, in their order. */
  static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
