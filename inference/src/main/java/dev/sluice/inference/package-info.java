/** Tokenizers, model packs and the forward passes of embedders and cross-encoders. */
package dev.sluice.inference;
