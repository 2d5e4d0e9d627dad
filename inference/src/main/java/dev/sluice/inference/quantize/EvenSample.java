package dev.sluice.inference.quantize;

import java.util.ArrayList;
import java.util.List;

/**
 * Things at even distances from a stream of unknown length: every one, until there is no more room;
 * then every second, and so on.
 */
final class EvenSample<T> {
  private final int limit;
  private List<T> kept = new ArrayList<>();
  private long distance = 1;
  private long seen;

  /**
   * @param limit how many are held at most; at least 2
   */
  EvenSample(int limit) {
    this.limit = limit;
  }

  void add(T item) {
    if (seen++ % distance != 0) {
      return;
    }
    if (kept.size() == limit) {
      List<T> everySecond = new ArrayList<>();
      for (int i = 0; i < kept.size(); i += 2) {
        everySecond.add(kept.get(i));
      }
      kept = everySecond;
      distance *= 2;
      if ((seen - 1) % distance != 0) {
        return;
      }
    }
    kept.add(item);
  }

  List<T> list() {
    return List.copyOf(kept);
  }
}
