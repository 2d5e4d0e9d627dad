package dev.sluice.index.vector;

import com.github.jelmerk.hnswlib.core.DistanceFunction;
import com.github.jelmerk.hnswlib.core.Item;

/**
 * A vector as hnswlib-java takes it.
 *
 * @param ordinal the vector's position in its segment, from 0
 */
record GraphNode(int ordinal, VectorCodes vector) implements Item<Integer, VectorCodes> {

  @Override
  public Integer id() {
    return ordinal;
  }

  @Override
  public int dimensions() {
    return vector.dimensions();
  }

  /** {@link VectorCodes#distance}; an enum so that hnswlib-java can serialise it. */
  enum Distance implements DistanceFunction<VectorCodes, Float> {
    INSTANCE;

    @Override
    public Float distance(VectorCodes u, VectorCodes v) {
      return VectorCodes.distance(
          u.scale(), v.scale(), DotProducts.best().dot(u.codes(), v.codes()));
    }
  }
}
