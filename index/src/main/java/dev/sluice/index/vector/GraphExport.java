package dev.sluice.index.vector;

import com.github.jelmerk.hnswlib.core.ObjectSerializer;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Takes the links out of an {@link HnswIndex}, which has no accessor for them: listens to the
 * integers that the index writes when it is serialised, and drops everything else. The serial form
 * is the one public and versioned account of the links; fields are neither. Each integer that is
 * known beforehand is checked, so a version of hnswlib-java with another serial form is refused
 * rather than misread.
 *
 * <p>The integers, in order: dimensions, capacity, M, the most links per node above level 0, the
 * same on level 0, ef, efConstruction, number of nodes n; the id table: its size n and n times the
 * node of an id; the number of removed ids, 0; the capacity; for each node: its number, 1 + its top
 * level and per level the number of links and the links; the entry node.
 */
final class GraphExport extends ObjectOutputStream {
  private static final int HEADER = 8;

  private final int[][][] linksByNode;
  private final int[] ordinals;
  private final int capacity;
  private final int dimensions;

  private int[] pending = new int[64];
  private int pendingSize;
  private int nodes;

  private GraphExport(HnswIndex<?, ?, ?, ?> index) throws IOException {
    super(OutputStream.nullOutputStream());
    linksByNode = new int[index.size()][][];
    ordinals = new int[index.size()];
    capacity = index.getMaxItemCount();
    dimensions = index.getDimensions();
  }

  /**
   * @param index made by {@link GraphBuilder#empty}, filled to its capacity, nothing removed from
   *     it; not being written to
   */
  static Graph of(HnswIndex<Integer, VectorCodes, GraphNode, Float> index) {
    try (GraphExport export = new GraphExport(index)) {
      export.writeObject(index);
      return export.graph();
    } catch (IOException e) {
      throw new UncheckedIOException("serialising a graph to nowhere failed", e);
    }
  }

  @Override
  public void writeInt(int value) {
    if (pendingSize == pending.length) {
      pending = Arrays.copyOf(pending, 2 * pending.length);
    }
    pending[pendingSize++] = value;
  }

  /** The integers of one node, and before the first node also what precedes it, are pending. */
  private void endNode(GraphNode node) {
    int at = nodes == 0 ? skipHeader() : 0;
    check(pendingSize >= at + 2 && nodes < ordinals.length && pending[at] == nodes);
    int levels = pending[at + 1];
    check(levels >= 1 && levels <= pendingSize);
    at += 2;
    int[][] links = new int[levels][];
    for (int level = 0; level < levels; level++) {
      check(at < pendingSize);
      int count = pending[at++];
      check(count >= 0 && count <= pendingSize - at);
      links[level] = Arrays.copyOfRange(pending, at, at + count);
      at += count;
    }
    check(at == pendingSize);
    linksByNode[nodes] = links;
    ordinals[nodes] = node.ordinal();
    nodes++;
    pendingSize = 0;
  }

  private int skipHeader() {
    int size = ordinals.length;
    int end = HEADER + 1 + size + 2;
    check(pendingSize > end && size == capacity);
    check(pending[0] == dimensions && pending[1] == size);
    check(pending[3] == pending[2] && pending[4] == 2 * pending[2]);
    check(pending[HEADER - 1] == size && pending[HEADER] == size);
    check(pending[end - 2] == 0 && pending[end - 1] == size);
    return end;
  }

  /** Renames nodes, which hnswlib-java numbers in the order of their arrival, to ordinals. */
  private Graph graph() {
    check(nodes == ordinals.length && pendingSize == 1);
    int[][][] links = new int[nodes][][];
    for (int node = 0; node < nodes; node++) {
      int[][] own = linksByNode[node];
      for (int level = 0; level < own.length; level++) {
        for (int i = 0; i < own[level].length; i++) {
          int neighbour = own[level][i];
          check(neighbour >= 0 && neighbour < nodes && linksByNode[neighbour].length > level);
          own[level][i] = ordinals[neighbour];
        }
      }
      links[ordinals[node]] = own;
    }
    int entry = pending[0];
    check(entry >= 0 && entry < nodes);
    return new Graph(ordinals[entry], links);
  }

  private static void check(boolean expected) {
    if (!expected) {
      throw new IllegalStateException(
          "hnswlib-core: expected the serial form of version 1.2.1, found another; use that"
              + " version");
    }
  }

  /** Ids are not needed: a node carries its ordinal. */
  enum IdSerializer implements ObjectSerializer<Integer> {
    INSTANCE;

    @Override
    public void write(Integer id, ObjectOutput out) {}

    @Override
    public Integer read(ObjectInput in) {
      throw new UnsupportedOperationException("graphs are exported, never read back");
    }
  }

  /** Marks the end of a node in the integers that pass. */
  enum NodeSerializer implements ObjectSerializer<GraphNode> {
    INSTANCE;

    @Override
    public void write(GraphNode node, ObjectOutput out) {
      ((GraphExport) out).endNode(node);
    }

    @Override
    public GraphNode read(ObjectInput in) {
      throw new UnsupportedOperationException("graphs are exported, never read back");
    }
  }
}
