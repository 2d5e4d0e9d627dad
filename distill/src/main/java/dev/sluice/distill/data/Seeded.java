package dev.sluice.distill.data;

import java.util.Comparator;
import java.util.function.Function;

/**
 * Draws at random by name: whether a name is drawn depends on the seed and the name alone, not on
 * what else there is to draw from. So a larger sample holds a smaller one.
 */
final class Seeded {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Seeded() {}

  /** A number between 0 and 1 for a name. */
  static double draw(long seed, String name) {
    return (mixed(seed, name) >>> 11) * 0x1.0p-53;
  }

  /** A random order of names; equal draws, which are rare, in the order of the names. */
  static <T> Comparator<T> order(long seed, Function<T, String> name) {
    return Comparator.comparingLong((T item) -> mixed(seed, name.apply(item))).thenComparing(name);
  }

  /**
   * A hash of 64 bits: FNV-1a, and the finaliser of SplitMix64, since FNV leaves the high bits
   * poorly mixed.
   */
  static long mixed(long seed, String name) {
    long hash = FNV_OFFSET ^ seed * 0x9e3779b97f4a7c15L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return hash ^ hash >>> 31;
  }
}
