package dev.sluice.inference.quantize;

/**
 * A linear layer after rounding.
 *
 * @param linear what the network computes with from here on: the values of {@code matrix}, and the
 *     bias
 * @param matrix codes and scales
 * @param report what the rounding cost
 */
record Rounded(BertTensors.Linear linear, RoundedMatrix matrix, TensorReport report) {}
