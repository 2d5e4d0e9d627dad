package dev.sluice.inference.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.error.InvalidInputException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubOptionsTest {

  @Test
  void anAddressGivenGoesBeforeTheEnvironmentAndThatBeforeTheDefault() {
    Map<String, String> environment = Map.of("HF_ENDPOINT", "https://mirror.example/hf/");
    URI given = URI.create("https://other.example");
    assertEquals(given, HubOptions.of(environment, Optional.of(given)).hub());
    assertEquals(
        URI.create("https://mirror.example/hf"),
        HubOptions.of(environment, Optional.empty()).hub());
    assertEquals(HubOptions.DEFAULT_HUB, HubOptions.of(Map.of(), Optional.empty()).hub());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror", "ftp://x", "https://", "https://u:p@x", "https://x?y", "a b"})
  void whatIsNoAddressIsRefused(String text) {
    assertThrows(
        InvalidInputException.class,
        () -> HubOptions.of(Map.of("HF_ENDPOINT", text), Optional.empty()));
  }

  @Test
  void theTokenIsNeverShown() {
    HubOptions options = HubOptions.of(Map.of("HF_TOKEN", "hf_secret"), Optional.empty());
    assertEquals(Optional.of("hf_secret"), options.token());
    assertFalse(options.toString().contains("hf_secret"));
    String message =
        assertThrows(
                InvalidInputException.class,
                () -> HubOptions.of(Map.of("HF_TOKEN", "hf_sec\nret"), Optional.empty()))
            .getMessage();
    assertFalse(message.contains("hf_sec"), message);
  }
}
