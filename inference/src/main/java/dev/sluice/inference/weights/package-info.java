/**
 * The fp32 weights of BERT models by the names of Hugging Face, whatever kind of file they come
 * from.
 */
package dev.sluice.inference.weights;
