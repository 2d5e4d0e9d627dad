package dev.sluice.inference.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"BAAI/bge-small-en-v1.5", "a/b@main", "a/b@refs/pr/1", "a_b/c.d@v1.0-rc"})
  void namesAreReadAndTheirFoldersLeadBack(String text) {
    HubName name = HubName.of(text);
    assertEquals(text, name.toString());
    assertEquals(Optional.of(name), HubName.ofPackFolder(name.packFolder()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bge-small",
        "a/b/c",
        "/b",
        "a/",
        "../b",
        "a/..",
        "a/b@",
        "a/b@../x",
        "a/b@x//y",
        "a b/c",
        "./b",
        "a--b/c",
        "a/b@-x",
        "C:\\models\\x",
        "https://huggingface.co/a/b"
      })
  void otherTextsAreNoNames(String text) {
    assertEquals(Optional.empty(), HubName.find(text));
    assertTrue(
        assertThrows(InvalidInputException.class, () -> HubName.of(text))
            .getMessage()
            .contains("OWNER/NAME"));
  }

  @Test
  void foldersOfOtherPacksAreNoPulledOnes() {
    assertEquals(
        Optional.empty(), HubName.ofPackFolder(HubName.of("a/b").packFolder().resolveSibling("x")));
  }
}
