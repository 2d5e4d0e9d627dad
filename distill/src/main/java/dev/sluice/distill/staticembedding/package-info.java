/** Training of static embedders: a vector per token, distilled from a transformer. */
package dev.sluice.distill.staticembedding;
