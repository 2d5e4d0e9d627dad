package dev.sluice.inference.quantize;

import dev.sluice.inference.ModelPack;
import java.util.List;

/** The texts of a golden file: short and long, with what tokenizers treat in ways of their own. */
public final class GoldenTexts {
  private static final String LOGS =
      "Log files are rotated once a day, or as soon as one of them grows beyond ten megabytes. The"
          + " oldest seven are kept, compressed; older ones are removed. To keep more of them, set"
          + " \"history\" in the configuration file and restart the service.";

  private static final String TIDES =
      "The tide rises and falls twice in a little less than twenty-five hours. When sun, moon and"
          + " earth are in line, at new and at full moon, the two pull together and the range is"
          + " largest: spring tides. At the quarters of the moon they pull at right angles, and the"
          + " range is smallest: neap tides.";

  private static final List<String> TEXTS =
      List.of(
          "a",
          "How do I rotate the logs?",
          "Coastal café menus change with the season – £12.50 for three courses.",
          "public static int gcd(int a, int b) { return b == 0 ? a : gcd(b, a % b); }",
          "The patient was given 5 mg of the drug daily for three weeks and recovered fully.",
          LOGS,
          TIDES,
          LOGS + " " + TIDES);

  private static final List<List<String>> PAIRS =
      List.of(
          List.of("How do I rotate the logs?", LOGS),
          List.of("How do I rotate the logs?", TIDES),
          List.of("What are neap tides?", TIDES),
          List.of("What are neap tides?", LOGS),
          List.of("When are old logs removed?", LOGS + " " + TIDES),
          List.of("capital of France", TIDES));

  private GoldenTexts() {}

  /** One text, or a query and a passage, for each item. */
  public static List<List<String>> of(ModelPack.Kind kind) {
    return kind == ModelPack.Kind.EMBEDDER ? TEXTS.stream().map(List::of).toList() : PAIRS;
  }
}
