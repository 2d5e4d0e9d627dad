package dev.sluice.bench;

/** An engine with a model and a workload laid out as it wants it. */
interface Contender {

  /** What the report calls it, for example {@code ort-int8}. */
  String name();

  /** How it was given the workload, for example {@code batches of 1024 tokens}. */
  String layout();

  /** Runs the workload once, from token ids to the vectors of all tokens in native memory. */
  void run();

  /** The vectors of the workload's sequences, in its order, pooled and of unit length. */
  float[][] vectors();
}
