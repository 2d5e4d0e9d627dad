package dev.sluice.inference;

import java.nio.file.Path;

/** Models for tests, unpacked under the build folder rather than into the user's cache. */
public final class Models {
  static {
    System.setProperty("sluice.cache", Path.of("target", "test-cache").toAbsolutePath().toString());
  }

  private Models() {}

  /** Has no effect but that of loading this class. */
  public static void keepCacheInBuildFolder() {}

  public static ModelPack bgeSmall() {
    return ModelPacks.locate("bge-small");
  }
}
