/** Embedding with a vector per token and no network. */
package dev.sluice.inference.staticembedding;
