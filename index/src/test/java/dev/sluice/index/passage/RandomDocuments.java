package dev.sluice.index.passage;

import dev.sluice.index.Document;
import dev.sluice.index.Document.Heading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Documents of words, stops, white space, odd characters and headings. */
final class RandomDocuments {

  private static final String[] PIECES = {
    "word",
    "The",
    "e.g.",
    "U.S.",
    "21.1.",
    "a.b",
    ".",
    "...",
    "!",
    "?\"",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u00a0",
    "- ",
    "|",
    "😀",
    "😀😀😀😀",
    "。",
    "(",
    ")",
    "[1]",
    "x".repeat(40),
    "é",
    ";",
    "\u0001"
  };

  private RandomDocuments() {}

  static Document next(Random random) {
    StringBuilder text = new StringBuilder();
    List<Heading> headings = new ArrayList<>();
    int pieces = random.nextInt(400);
    for (int i = 0; i < pieces; i++) {
      if (random.nextInt(30) == 0) {
        int from = text.length();
        text.append(random.nextInt(5) == 0 ? "" : "Head " + i);
        headings.add(new Heading(1 + random.nextInt(6), from, text.length()));
        text.append("\n\n");
      }
      text.append(PIECES[random.nextInt(PIECES.length)]);
      if (random.nextBoolean()) {
        text.append(' ');
      }
    }
    return new Document("random", "Head 1", text.toString(), Map.of(), "", headings);
  }
}
