package dev.sluice.distill.staticembedding;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.distill.DistillListener;
import dev.sluice.distill.DistillReport;
import dev.sluice.distill.PackCard;
import dev.sluice.distill.data.TrainingPair;
import dev.sluice.distill.data.TrainingPairs;
import dev.sluice.distill.training.Checkpoint;
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
import java.util.Locale;
import java.util.Random;

/**
 * Makes a static embedder: a vector per token, distilled from a transformer and trained on pairs of
 * queries and passages.
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
  public static DistillReport run(StaticDistillOptions options, DistillListener listener) {
    if (Files.exists(options.out())) {
      throw new InvalidInputException(
          options.out() + " is there already. Choose another folder for the model, or remove it.");
    }
    makeFolder(options.work());
    List<TrainingPair> all = read(options, listener);
    Teacher teacher = new Teacher(options.base(), options.work());
    TokenizedPairs pairs = tokenized(options.base(), all);
    StaticRecipe recipe = options.recipe();
    List<TrainingPair> taught = all.subList(0, Math.min(recipe.taught(), all.size()));
    Teacher.PairVectors vectors = teacher.embed(taught, listener);
    TokenTable table = initial(recipe, teacher, pairs, listener);
    int trained = pairs.indices(false).length;
    listener.note(
        String.format(
            Locale.ROOT,
            "%,d pairs to train on, %,d held out; untrained nDCG@10 %.4f",
            trained,
            all.size() - trained,
            new Development(pairs).score(table)));
    Checkpoint checkpoint =
        new Checkpoint(
            options.work(),
            "%s, %d pairs, %d tokens, %s"
                .formatted(options.base(), all.size(), table.tokens, recipe));
    String heldOut =
        String.format(
            Locale.ROOT,
            "nDCG@10 %.4f, the mean of the data sets",
            new StaticTraining(recipe, listener, pairs, vectors, table).run(checkpoint));
    String card =
        new PackCard(
                options.name(),
                "A static embedder: a vector for each token, taught by " + options.base() + ".",
                options.command(),
                options.data())
            .text(trained, "pairs", heldOut);
    StaticPack.write(
        options.name(),
        TokenVectors.round(table.values, table.width),
        teacher.pack(),
        card,
        options.out());
    return DistillReport.of(options.out(), trained, table.steps(), heldOut);
  }

  /** The pairs in the order in which the teacher embeds the first of them. */
  private static List<TrainingPair> read(StaticDistillOptions options, DistillListener listener) {
    TrainingPairs read = TrainingPairs.read(options.data());
    if (read.skipped() > 0) {
      listener.note(
          String.format(
              Locale.ROOT,
              "%,d lines were left out; the first: %s",
              read.skipped(),
              read.skippedLines().getFirst()));
    }
    List<TrainingPair> all = new ArrayList<>(read.pairs());
    Collections.shuffle(all, new Random(options.recipe().seed()));
    return all;
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
      StaticRecipe recipe, Teacher teacher, TokenizedPairs pairs, DistillListener listener) {
    int tokens = vocabulary(teacher.pack().tokenizer());
    return InitialVectors.of(
        teacher.tokens(tokens, listener),
        tokens,
        recipe.width(),
        pairs,
        pairs.indices(false),
        new Random(recipe.seed()));
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
}
