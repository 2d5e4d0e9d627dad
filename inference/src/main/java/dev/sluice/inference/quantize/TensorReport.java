package dev.sluice.inference.quantize;

/**
 * What the rounding of one matrix cost. Errors are relative: the root of the squared error by the
 * squared value.
 *
 * @param name of the tensor, without {@code .weight}
 * @param rows outputs, or tokens of an embedding table
 * @param columns inputs
 * @param weightError of the weights as stored, against fp32
 * @param outputError of the layer's output, before the bias, on the calibration data that reaches
 *     it in the network with FP4 weights
 * @param plainOutputError the same for plain rounding; for an embedding table both are errors of
 *     the weights
 * @param outlier largest absolute weight by root mean square
 */
public record TensorReport(
    String name,
    int rows,
    int columns,
    double weightError,
    double outputError,
    double plainOutputError,
    double outlier) {}
