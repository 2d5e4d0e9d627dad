package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;

/**
 * What is trained.
 *
 * @param name as the model file has it
 * @param value fp32
 * @param rate what the learning rate is multiplied with
 * @param decays whether it is pulled towards zero: matrices are, biases and scales are not
 */
record Parameter(String name, NDArray value, float rate, boolean decays) {}
