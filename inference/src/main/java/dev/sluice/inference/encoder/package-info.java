/**
 * BERT encoders with FP4 weights: their files, their weights in memory, and the forward pass that
 * strings the operations of {@link dev.sluice.inference.kernel.Kernels} together and checks itself.
 */
package dev.sluice.inference.encoder;
