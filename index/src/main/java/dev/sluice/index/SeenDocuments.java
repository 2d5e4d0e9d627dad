package dev.sluice.index;

import org.apache.lucene.util.FixedBitSet;

/** Which documents a build has met; marked by two threads. */
final class SeenDocuments {
  private FixedBitSet bits;

  SeenDocuments(int expected) {
    bits = new FixedBitSet(Math.max(64, expected));
  }

  /** Returns false if it was marked already. */
  synchronized boolean mark(int number) {
    bits = FixedBitSet.ensureCapacity(bits, number + 1);
    return !bits.getAndSet(number);
  }

  synchronized boolean contains(int number) {
    return number < bits.length() && bits.get(number);
  }
}
