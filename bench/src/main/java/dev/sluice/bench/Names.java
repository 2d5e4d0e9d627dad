package dev.sluice.bench;

import java.util.List;

/** What the report calls the contenders. */
final class Names {
  /** This engine; the last layer is computed for all tokens, as the peers do. */
  static final String OURS = "sluice";

  /** This engine; the last layer is computed for the first token of each sequence alone. */
  static final String OURS_FIRST_TOKEN = "sluice-cls";

  static final String ORT_FP32 = "ort-fp32";
  static final String ORT_INT8 = "ort-int8";
  static final String ORT_INT8_FUSED = "ort-int8-fused";

  static final List<String> PEERS = List.of(ORT_FP32, ORT_INT8, ORT_INT8_FUSED);

  private Names() {}
}
