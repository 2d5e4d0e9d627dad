package dev.sluice.distill;

import dev.sluice.distill.data.MiningOptions;
import dev.sluice.distill.data.Quota;
import dev.sluice.distill.training.TrainingPlan;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a reranker or a reader is made from.
 *
 * @param data training files, see {@link dev.sluice.distill.data.TrainingFiles}
 * @param blendData training files of other kinds than {@code data}, which a reranker's blend with
 *     the stages before is learned on: of queries of its own kinds it knows more than it will of a
 *     user's. If empty, queries of {@code data} that are kept apart
 * @param quotas how much of which sources of them
 * @param queries how many of their queries to search for, and train a reranker on, at most
 * @param heldOut share of the queries that are kept apart, between 0 and 1; training on from a
 *     start needs the same share as the start had, or it is judged by what it was trained on
 * @param embedder name or folder of the embedder that finds the passages to learn from, as it does
 *     where the model will be used
 * @param base name or folder of the embedder whose lower layers it stands on; a pack with FP4
 *     weights. It may be another one than that which finds passages, and then knows something else
 * @param start name or folder of a pack of the same kind whose layers and head training starts
 *     from; if empty, the base's layers and an untrained head
 * @param out folder of the new pack, not there yet
 * @param work folder of everything on the way: a run that was stopped goes on from it
 * @param steps how many steps to train; if empty, as many as show every query once
 * @param name the pack's name
 * @param command how it was made, for its card; may be empty
 */
public record DistillOptions(
    List<Path> data,
    List<Path> blendData,
    List<Quota> quotas,
    int queries,
    double heldOut,
    String embedder,
    String base,
    Optional<String> start,
    Path out,
    Path work,
    OptionalLong steps,
    String name,
    String command) {

  /** Enough to choose among checkpoints. */
  public static final double HELD_OUT = MiningOptions.HELD_OUT;

  private static final float WEIGHT_DECAY = 0.01f;
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(3);

  public DistillOptions {
    data = List.copyOf(data);
    blendData = List.copyOf(blendData);
    quotas = List.copyOf(quotas);
    if (data.isEmpty()) {
      throw new InvalidInputException("expected at least one training file, got none");
    }
    if (queries < 1) {
      throw new InvalidInputException("queries: expected at least 1, got " + queries);
    }
    if (steps.isPresent() && steps.getAsLong() < 1) {
      throw new InvalidInputException("steps: expected at least 1, got " + steps.getAsLong());
    }
  }

  /** The base that a pack stands on; empty if on none. */
  public static Optional<String> baseOf(String pack) {
    return ModelPacks.locate(pack).base().map(ModelPack.Base::name);
  }

  /**
   * How the network trains. From a pack it goes on at half the rate, since the full one first
   * undoes what that had learned.
   *
   * @param part folder of its checkpoints under {@link #work}
   * @param rate the highest learning rate from an untrained head
   * @param roundActivationsFrom share of the steps after which activations are rounded as well
   * @param evaluations how often the held-out queries are asked
   */
  TrainingPlan plan(
      String part, long steps, float rate, double roundActivationsFrom, int evaluations) {
    return new TrainingPlan(
        work.resolve(part),
        steps,
        start.isPresent() ? rate / 2 : rate,
        WEIGHT_DECAY,
        roundActivationsFrom,
        Math.max(1, Math.ceilDiv(steps, evaluations)),
        CHECKPOINT_EVERY);
  }

  PackCard card(String what) {
    return new PackCard(name, what + " on the lower layers of " + base + ".", command, data);
  }
}
