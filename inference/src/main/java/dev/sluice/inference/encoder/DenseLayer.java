package dev.sluice.inference.encoder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * A small linear layer in fp32, as heads have it: so few of a model's products that it is neither
 * worth quantising nor worth a kernel.
 *
 * @param weights fp32 {@code [inputs][outputs]}: by input, so that the inner loop runs over numbers
 *     that lie side by side and are not summed up
 * @param bias fp32 {@code [outputs]}
 */
record DenseLayer(int inputs, int outputs, MemorySegment weights, MemorySegment bias) {

  /** {@code x * weights + bias}. */
  float[] apply(float[] x) {
    float[] out = bias.toArray(JAVA_FLOAT);
    for (int input = 0; input < inputs; input++) {
      float factor = x[input];
      long row = (long) input * outputs;
      for (int output = 0; output < outputs; output++) {
        out[output] += factor * weights.getAtIndex(JAVA_FLOAT, row + output);
      }
    }
    return out;
  }
}
