package dev.sluice.inference.quantize;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelInputs;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.network.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Calibration texts as a model reads them, in two parts: those that decide how weights are rounded,
 * and the last tenth, by which the result is judged.
 *
 * @param fit at least 1
 * @param heldOut at least 1
 */
record Calibration(List<Sequence> fit, List<Sequence> heldOut) {
  /**
   * Texts that are tokenized at once, so that a few tokens do not cost the tokenizing of all texts.
   */
  private static final int TEXTS_AT_ONCE = 256;

  /** Fewer texts say next to nothing of weights they were not seen with. */
  private static final int FEWEST = 10;

  /**
   * Reads as many texts as there is room for.
   *
   * @param maxTokens of all sequences together; the last text may exceed it
   * @throws InvalidInputException if there are fewer than 10
   */
  static Calibration read(
      Path source, ModelPack pack, ModelPack.Kind kind, ModelInputs inputs, int maxTokens) {
    List<CalibrationTexts.Item> items = CalibrationTexts.read(source);
    List<Sequence> sequences = new ArrayList<>();
    long tokens = 0;
    for (int from = 0; from < items.size() && tokens < maxTokens; from += TEXTS_AT_ONCE) {
      List<CalibrationTexts.Item> some =
          items.subList(from, Math.min(items.size(), from + TEXTS_AT_ONCE));
      for (Sequence sequence : sequences(some, pack, kind, inputs)) {
        if (tokens < maxTokens) {
          sequences.add(sequence);
          tokens += sequence.length();
        }
      }
    }
    if (sequences.size() < FEWEST) {
      throw new InvalidInputException(
          "%s has %d texts for %s, but at least %d are needed%s."
              .formatted(
                  source,
                  sequences.size(),
                  kind == ModelPack.Kind.EMBEDDER ? "an embedder" : "a " + kind,
                  FEWEST,
                  kind == ModelPack.Kind.EMBEDDER
                      ? ""
                      : ": JSON lines with both \"query\" and \"passage\""));
    }
    int fit = sequences.size() - Math.max(1, sequences.size() / 10);
    return new Calibration(
        List.copyOf(sequences.subList(0, fit)),
        List.copyOf(sequences.subList(fit, sequences.size())));
  }

  private static List<Sequence> sequences(
      List<CalibrationTexts.Item> items, ModelPack pack, ModelPack.Kind kind, ModelInputs inputs) {
    if (kind != ModelPack.Kind.EMBEDDER) {
      return items.stream()
          .filter(item -> item.query().isPresent() && item.passage().isPresent())
          .map(item -> inputs.ofPair(item.query().get(), item.passage().get()).sequence())
          .toList();
    }
    return inputs.ofTexts(
        items.stream()
            .flatMap(
                item ->
                    Stream.concat(
                        item.query().map(query -> pack.queryInstruction() + query).stream(),
                        item.passage().stream()))
            .toList());
  }

  static long tokens(List<Sequence> sequences) {
    return sequences.stream().mapToLong(Sequence::length).sum();
  }
}
