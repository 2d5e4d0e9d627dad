package dev.sluice.inference.wordpiece;

import java.util.Arrays;
import java.util.Map;

/**
 * Finds the longest piece that a word goes on with. A trie of the UTF-16 units of all pieces, its
 * edges in one hash table: an entry is {@code (parent << 16 | char) << 24 | child + 1}, and 0 where
 * there is none. Continuations (those after {@code ##}) have a root of their own.
 */
final class Vocabulary {
  private static final String CONTINUATION = "##";
  private static final int CHILD_BITS = 24;
  private static final long CHILD_MASK = (1L << CHILD_BITS) - 1;
  private static final int FIRST_ROOT = 0;
  private static final int CONTINUED_ROOT = 1;

  private final int unknown;
  private final int longestWord;
  private long[] edges = new long[1 << 16];
  private int[] pieceAt = new int[1 << 12];
  private int nodes = 2;

  /**
   * @param pieces numbers by piece, none negative
   * @param unknown the number for a word that the pieces cannot make
   * @param longestWord words of more code points are unknown
   */
  Vocabulary(Map<String, Integer> pieces, int unknown, int longestWord) {
    this.unknown = unknown;
    this.longestWord = longestWord;
    pieces.forEach(
        (piece, id) -> {
          // The original looks up "##" and the rest of the word, so "##" itself starts words too.
          insert(FIRST_ROOT, piece, id);
          if (piece.startsWith(CONTINUATION)) {
            insert(CONTINUED_ROOT, piece.substring(CONTINUATION.length()), id);
          }
        });
  }

  private void insert(int root, String text, int id) {
    int node = root;
    for (int i = 0; i < text.length(); i++) {
      int child = child(node, text.charAt(i));
      if (child < 0) {
        child = addNode(node, text.charAt(i));
      }
      node = child;
    }
    pieceAt[node] = id + 1;
  }

  private int addNode(int parent, char c) {
    if (2 * nodes > edges.length) {
      long[] old = edges;
      edges = new long[2 * old.length];
      for (long edge : old) {
        if (edge != 0) {
          edges[freeSlot(edge >>> CHILD_BITS)] = edge;
        }
      }
    }
    if (nodes == pieceAt.length) {
      pieceAt = Arrays.copyOf(pieceAt, 2 * nodes);
    }
    long key = key(parent, c);
    edges[freeSlot(key)] = key << CHILD_BITS | (nodes + 1);
    return nodes++;
  }

  private int freeSlot(long key) {
    int slot = slot(key);
    while (edges[slot] != 0) {
      slot = (slot + 1) & (edges.length - 1);
    }
    return slot;
  }

  private static long key(int node, char c) {
    return (long) node << Character.SIZE | c;
  }

  private int slot(long key) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & (edges.length - 1);
  }

  private int child(int node, char c) {
    long key = key(node, c);
    int slot = slot(key);
    for (long edge = edges[slot]; edge != 0; edge = edges[slot]) {
      if (edge >>> CHILD_BITS == key) {
        return (int) (edge & CHILD_MASK) - 1;
      }
      slot = (slot + 1) & (edges.length - 1);
    }
    return -1;
  }

  /** Adds the pieces of a word, or the unknown one. */
  void split(Word word, Pieces pieces) {
    int length = word.length();
    if (length > longestWord && word.codePoints() > longestWord) {
      pieces.add(unknown, word.start(0), word.end(length - 1));
      return;
    }
    int before = pieces.length();
    int root = FIRST_ROOT;
    for (int from = 0; from < length; root = CONTINUED_ROOT) {
      int end = -1;
      int piece = 0;
      int node = root;
      for (int i = from; i < length; i++) {
        node = child(node, word.charAt(i));
        if (node < 0) {
          break;
        }
        if (pieceAt[node] != 0) {
          piece = pieceAt[node];
          end = i + 1;
        }
      }
      if (end < 0) {
        pieces.truncate(before);
        pieces.add(unknown, word.start(0), word.end(length - 1));
        return;
      }
      pieces.add(piece - 1, word.start(from), word.end(end - 1));
      from = end;
    }
  }
}
