/**
 * Compares the vector search of an index with that of Lucene and JVector: {@code bench/vectors}.
 */
package dev.sluice.bench.vectors;
