package dev.sluice.index.vector;

/**
 * The links of an HNSW graph, detached from what built it. Nodes are known by ordinal.
 *
 * @param entry where a search starts: a node of the top level
 * @param links {@code links[node][level]} are the node's neighbours in the order in which a search
 *     looks at them; {@code links[node].length} is 1 + the top level of the node
 */
@SuppressWarnings("ArrayRecordComponent") // graphs are handed over, never compared
record Graph(int entry, int[][][] links) {

  int size() {
    return links.length;
  }

  /** The top level of the whole graph. */
  int topLevel() {
    return links[entry].length - 1;
  }
}
