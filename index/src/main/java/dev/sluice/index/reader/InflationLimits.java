package dev.sluice.index.reader;

/**
 * What compressed input may grow to. Real text shrinks to a tenth; input made to fill a disk or to
 * keep a machine busy shrinks to a thousandth and less.
 *
 * @param ratio most bytes that a compressed byte may stand for
 * @param free bytes up to which the ratio does not matter: small files of one repeated line are
 *     harmless
 * @param bytes most bytes of one compressed file or archive
 * @param entries most entries of an archive
 */
record InflationLimits(int ratio, long free, long bytes, int entries) {

  static final InflationLimits DEFAULT = new InflationLimits(200, 64L << 20, 1L << 38, 1_000_000);
}
