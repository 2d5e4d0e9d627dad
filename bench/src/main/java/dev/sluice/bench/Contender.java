package dev.sluice.bench;

import dev.sluice.inference.ModelPack.Pooling;

/** An engine with a model and a workload laid out as it wants it. */
interface Contender extends Runnable {

  /** What the report calls it, for example {@code ort-int8}. */
  String name();

  /** How it was given the workload, for example {@code batches of 1024 tokens}. */
  String layout();

  /** Runs the workload once, from token ids to vectors. */
  @Override
  void run();

  /** How {@link #vectors} makes one vector from those of a sequence's tokens. */
  Pooling pooling();

  /** The vectors of the workload's sequences, in its order, of unit length. */
  float[][] vectors();
}
