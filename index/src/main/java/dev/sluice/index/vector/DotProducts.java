package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Picks the implementation of {@link DotProduct}, once for the process. The property {@value
 * #PROPERTY} forces one: {@code scalar}, or {@code simd}, which fails where the module
 * jdk.incubator.vector was not added. Without it SIMD is used where the module is there and the
 * machine has vectors of 256 bits, and plain Java elsewhere.
 */
final class DotProducts {
  static final String PROPERTY = "sluice.vectors";

  /**
   * Until the compiler gets to it, the Vector API is far slower than plain Java: the first 2,000
   * dot products of 384 dimensions take 225 ms instead of 20 (Zen 5, JDK 25). A command that
   * searches once would pay that for nothing, so the first dot products of a process are left to
   * plain Java, which takes 0.02 s for 100,000 once compiled; results are the same bits.
   */
  private static final int COLD_USES = 100_000;

  private static final DotProduct SCALAR = new ScalarDotProduct();

  private static final String MODULE = "jdk.incubator.vector";
  private static final String FORCED = System.getProperty(PROPERTY, "");
  private static final boolean MODULE_PRESENT = ModuleLayer.boot().findModule(MODULE).isPresent();
  private static final DotProduct BEST =
      MODULE_PRESENT && !FORCED.equals("scalar") ? simd(FORCED.equals("simd")) : SCALAR;

  private static final AtomicInteger USES = new AtomicInteger();

  private DotProducts() {}

  /**
   * The fastest for long work.
   *
   * @throws InvalidInputException when the property asks for what cannot be had
   */
  static DotProduct best() {
    if (FORCED.isEmpty()) {
      return BEST;
    }
    if (!FORCED.equals("scalar") && !FORCED.equals("simd")) {
      throw new InvalidInputException(
          "-D%s=%s: expected scalar or simd; leave it out for the best choice"
              .formatted(PROPERTY, FORCED));
    }
    if (FORCED.equals("simd") && !MODULE_PRESENT) {
      throw new InvalidInputException(
          "-D%s=simd: this JVM has no module %s; start it with --add-modules %s"
              .formatted(PROPERTY, MODULE, MODULE));
    }
    return BEST;
  }

  /**
   * The fastest for one more search.
   *
   * @param count about how many dot products it will take, at most
   */
  static DotProduct forUse(int count) {
    DotProduct best = best();
    // Once warm, nothing is written: threads do not fight over the counter.
    if (!FORCED.isEmpty() || USES.get() >= COLD_USES) {
      return best;
    }
    return USES.getAndAdd(Math.min(count, COLD_USES / 50)) < COLD_USES ? SCALAR : best;
  }

  // Kept apart so that this class links without the module.
  private static DotProduct simd(boolean forced) {
    return forced || SimdDotProduct.isFast() ? new SimdDotProduct() : SCALAR;
  }
}
