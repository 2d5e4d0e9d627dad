package dev.sluice.index.reader;

import java.nio.charset.StandardCharsets;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/**
 * Strings seen so far, as 64-bit hashes: 8 to 16 bytes a string, where a set of strings takes a
 * hundred. Two different strings share a hash by chance: among n strings the odds that any two do
 * are about n²/2^65, that is 3 in a million for 10 million strings.
 */
final class HashSet64 {

  private long[] slots = new long[1 << 10];
  private int size;
  private boolean holdsZero;

  /** Adds a string; whether it was not there before. */
  boolean add(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return addHash(StringHelper.murmurhash3_x64_128(new BytesRef(bytes))[0]);
  }

  private boolean addHash(long hash) {
    if (hash == 0) {
      boolean added = !holdsZero; // zero marks a free slot
      holdsZero = true;
      return added;
    }
    int slot = slotOf(slots, hash);
    if (slots[slot] == hash) {
      return false;
    }
    slots[slot] = hash;
    size++;
    if (size > slots.length - slots.length / 4) {
      grow();
    }
    return true;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(2, slots.length)];
    for (long hash : slots) {
      if (hash != 0) {
        larger[slotOf(larger, hash)] = hash;
      }
    }
    slots = larger;
  }

  /** The slot that holds a hash, or the free one where it belongs. */
  private static int slotOf(long[] slots, long hash) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
