package dev.sluice.inference.network;

/** What a network is opened to say about each sequence. */
public enum Output {
  /** The vector of the first token, or the one vector that the network itself makes. */
  FIRST_VECTOR,

  /** The mean of the vectors of all tokens, special tokens included. */
  MEAN_VECTOR,

  /** The vectors of all tokens, one behind the other. */
  TOKEN_VECTORS,

  /**
   * What a cross-encoder says of a pair: one number, or one for "no" and one for "yes". A network
   * that reads two segments says one.
   */
  LOGITS,

  /** For each token two numbers: how well an answer starts and ends there. */
  SPAN_LOGITS
}
