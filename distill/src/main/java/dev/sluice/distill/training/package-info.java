/**
 * Training with PyTorch through DJL: layers of a BERT encoder on top of those of a model pack, with
 * heads of a reranker or a reader, and the rounding of the FP4 engine in the loop.
 */
package dev.sluice.distill.training;
