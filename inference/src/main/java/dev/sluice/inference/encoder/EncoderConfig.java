package dev.sluice.inference.encoder;

import dev.sluice.inference.kernel.EncoderShape;
import java.util.OptionalInt;

/**
 * What config.json says of an encoder.
 *
 * @param segmentLayers how many of the first layers attend within each segment alone; the others
 *     attend across, too. Empty if the model does not read pairs as two segments
 */
record EncoderConfig(EncoderShape shape, OptionalInt segmentLayers) {

  /** Whether a layer attends within each segment alone. */
  boolean withinSegments(int layer) {
    return layer < segmentLayers.orElse(0);
  }

  /** Whether a layer attends across segments with biases. */
  boolean acrossSegments(int layer) {
    return segmentLayers.isPresent() && !withinSegments(layer);
  }

  /** The same with the first layers alone. */
  EncoderConfig withLayers(int number) {
    return new EncoderConfig(shape.withLayers(number), segmentLayers);
  }
}
