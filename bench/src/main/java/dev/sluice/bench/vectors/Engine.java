package dev.sluice.bench.vectors;

import java.io.IOException;

/** Vectors under a graph, ready to be searched by one thread. */
interface Engine extends AutoCloseable {

  /**
   * The approximate nearest neighbours of a query.
   *
   * @param k how many to return at most
   * @param breadth how many the search keeps (ef), at least {@code k}
   * @return numbers of vectors, from 0, best first
   */
  int[] search(float[] query, int k, int breadth) throws IOException;

  /** Bytes of what a search reads, in memory or mapped into it. */
  long bytes() throws IOException;

  @Override
  void close() throws IOException;
}
