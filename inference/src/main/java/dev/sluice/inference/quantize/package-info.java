/**
 * Makes model packs with FP4 weights from fp32 weights and calibration text.
 *
 * <p>Layer by layer, the fp32 network and the network with FP4 weights run side by side over the
 * calibration text. What reaches a linear layer of the second decides how its weights are rounded.
 * Sums are taken in an order that does not depend on the number of threads, so that the same input
 * gives the same bytes.
 */
package dev.sluice.inference.quantize;
