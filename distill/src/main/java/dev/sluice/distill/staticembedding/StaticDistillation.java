package dev.sluice.distill.staticembedding;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokenizers;
import dev.sluice.inference.staticembedding.TokenVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Makes a static embedder: a vector per token, distilled from a transformer and trained on pairs of
 * queries and passages.
 *
 * <p>Data are JSON lines, plain or with gzip, of {@code {"query", "passage", "doc"}} (the last may
 * be missing) or of {@code {"question", "pid"}} with passages {@code {"pid", "title", "text"}} in
 * {@code NAME.passages.jsonl[.gz]} beside the file. One document in 25 is held out to measure.
 *
 * <p>The same data and options give the same pack on the same machine. A run that was stopped goes
 * on from what its folder of work holds.
 */
public final class StaticDistillation {
  private StaticDistillation() {}

  /**
   * Trains and writes a pack.
   *
   * @throws InvalidInputException if a file or option cannot be used, or the pack is there already
   * @throws DamagedException if a file of the base or of the work cannot be read as what it should
   *     be
   * @throws ResourceException if files cannot be written
   */
  public static StaticDistillReport run(
      StaticDistillOptions options, StaticDistillListener listener) {
    if (Files.exists(options.out())) {
      throw new InvalidInputException(
          options.out() + " is there already. Choose another folder for the model, or remove it.");
    }
    makeFolder(options.work());
    List<TrainingPair> all = new ArrayList<>(TrainingFiles.read(options.data()));
    Collections.shuffle(all, new Random(options.seed()));
    Teacher teacher = new Teacher(options.base(), options.work());
    TokenizedPairs pairs = tokenized(options.base(), all);
    int taught = Math.min(options.taught(), all.size());
    Teacher.PairVectors vectors = teacher.embed(all.subList(0, taught), listener);
    TokenTable table = initial(options, teacher, pairs, listener);
    Checkpoint checkpoint =
        new Checkpoint(options.work(), recipe(options, all.size(), table.tokens));
    int done = checkpoint.restore(table).orElse(0);
    double score =
        new StaticTraining(
                options.withSizes(taught, options.batch()), listener, pairs, vectors, table)
            .run(checkpoint, done);
    TokenVectors rounded = TokenVectors.round(table.values, table.width);
    StaticPack.write(options.name(), rounded, teacher.pack(), options.out());
    return new StaticDistillReport(
        all.size(), pairs.indices(true).length, table.steps(), score, table.tokens, table.width);
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ResourceException("Cannot make the folder " + folder + ": " + e, e);
    }
  }

  private static TokenizedPairs tokenized(String base, List<TrainingPair> pairs) {
    try (Tokenizer tokenizer = Tokenizers.openQuick(base)) {
      return TokenizedPairs.of(pairs, tokenizer);
    }
  }

  private static TokenTable initial(
      StaticDistillOptions options,
      Teacher teacher,
      TokenizedPairs pairs,
      StaticDistillListener listener) {
    int tokens = vocabulary(teacher.pack().tokenizer());
    return InitialVectors.of(
        teacher.tokens(tokens, listener),
        tokens,
        options.width(),
        pairs,
        pairs.indices(false),
        new Random(options.seed()));
  }

  /** One more than the largest number of a token. */
  private static int vocabulary(Path tokenizer) {
    try {
      JsonNode json = JsonMapper.builder().build().readTree(Files.readAllBytes(tokenizer));
      int largest = -1;
      for (JsonNode id : json.path("model").path("vocab")) {
        largest = Math.max(largest, id.asInt());
      }
      for (JsonNode token : json.path("added_tokens")) {
        largest = Math.max(largest, token.path("id").asInt());
      }
      if (largest < 0) {
        throw new InvalidInputException(
            tokenizer + " has no vocabulary of words with numbers. Use a base that has one.");
      }
      return largest + 1;
    } catch (JacksonException e) {
      throw new DamagedException(tokenizer + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + tokenizer + ": " + e, e);
    }
  }

  private static String recipe(StaticDistillOptions options, int pairs, int tokens) {
    return "%d pairs, %d tokens, width %d, taught %d x %d, epochs %d (%d rounded), batch %d, rate %s, seed %d"
        .formatted(
            pairs,
            tokens,
            options.width(),
            options.taught(),
            options.taughtEpochs(),
            options.epochs(),
            options.roundedEpochs(),
            options.batch(),
            options.learningRate(),
            options.seed());
  }
}
