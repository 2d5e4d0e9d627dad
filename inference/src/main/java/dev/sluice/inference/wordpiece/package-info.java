/** The tokenizer of BERT's lower-casing models in plain Java: WordPiece with its normalisation. */
package dev.sluice.inference.wordpiece;
