package dev.sluice.bench.vectors;

import java.util.List;
import java.util.stream.Stream;

/** An engine with a way of searching it. */
enum Competitor {
  SLUICE("sluice", true),
  /** The graph is walked by 8-bit codes, which also give the final scores. */
  LUCENE_8_BIT("lucene-8bit", true),
  LUCENE_7_BIT("lucene-7bit", false),
  /** With fewer bits, all that the walk keeps are scored with the original vectors. */
  LUCENE_4_BIT("lucene-4bit-rescored", true),
  LUCENE_1_BIT("lucene-1bit-rescored", false),
  JVECTOR("jvector-fp32", true),
  JVECTOR_PQ("jvector-pq-rescored", true),
  JVECTOR_FUSED("jvector-fusedpq-rescored", true),
  /** Half the links: quicker where few have to be found. */
  JVECTOR_SPARSE("jvector-fp32-degree16", false);

  private final String id;
  private final boolean byDefault;

  Competitor(String id, boolean byDefault) {
    this.id = id;
    this.byDefault = byDefault;
  }

  String id() {
    return id;
  }

  boolean isPeer() {
    return this != SLUICE;
  }

  /** Whether it searches the one graph that JVector's other ways of searching share. */
  boolean sharesGraph() {
    return this == JVECTOR || this == JVECTOR_PQ || this == JVECTOR_FUSED;
  }

  static List<Competitor> all(boolean withSlower) {
    return Stream.of(values()).filter(one -> withSlower || one.byDefault).toList();
  }
}
