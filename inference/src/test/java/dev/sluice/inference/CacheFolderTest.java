package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
  private static final String ROOT = Path.of("/").toAbsolutePath().toString();

  private static Path locate(Map<String, String> properties, Map<String, String> environment) {
    Properties all = new Properties();
    all.setProperty("user.home", ROOT + "home");
    all.putAll(properties);
    return CacheFolder.locate(all, environment);
  }

  @Test
  void propertyComesFirst() {
    assertEquals(
        Path.of(ROOT, "p"),
        locate(Map.of("sluice.cache", ROOT + "p"), Map.of("SLUICE_CACHE", ROOT + "e")));
  }

  @Test
  void variableComesNext() {
    assertEquals(
        Path.of(ROOT, "e"),
        locate(Map.of(), Map.of("SLUICE_CACHE", ROOT + "e", "XDG_CACHE_HOME", ROOT + "x")));
  }

  @Test
  void cacheOfTheDesktopComesThird() {
    assertEquals(
        Path.of(ROOT, "x", "sluice"), locate(Map.of(), Map.of("XDG_CACHE_HOME", ROOT + "x")));
  }

  @Test
  void homeFolderIsTheLastResort() {
    Path expected = Path.of(ROOT, "home", ".cache", "sluice");
    assertEquals(expected, locate(Map.of(), Map.of()));
    assertEquals(expected, locate(Map.of(), Map.of("XDG_CACHE_HOME", "relative")));
    assertEquals(expected, locate(Map.of("sluice.cache", " "), Map.of("SLUICE_CACHE", "")));
  }
}
