package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedTextTest {

  private static DecodedText decode(byte[] bytes) {
    return DecodedText.of(bytes, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void followsAByteOrderMark(String name) {
    Charset charset = Charset.forName(name);
    DecodedText decoded = decode("\ufeffgrün 😀".getBytes(charset));
    assertEquals("grün 😀", decoded.text());
    assertEquals(charset, decoded.charset());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void knowsUtf16WithoutAMark(String name) {
    assertEquals("plain text\n", decode("plain text\n".getBytes(Charset.forName(name))).text());
  }

  @Test
  void prefersValidUtf8ToADeclaration() {
    byte[] bytes = "grün".getBytes(StandardCharsets.UTF_8);
    assertEquals("grün", DecodedText.of(bytes, Optional.of(StandardCharsets.ISO_8859_1)).text());
  }

  @Test
  void followsADeclarationWhereItIsNotUtf8() {
    Charset greek = Charset.forName("ISO-8859-7");
    assertEquals("Αθήνα", DecodedText.of("Αθήνα".getBytes(greek), Optional.of(greek)).text());
  }

  @Test
  void guessesOtherEncodings() {
    String russian = "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему. ";
    byte[] bytes = russian.repeat(5).getBytes(Charset.forName("windows-1251"));
    assertEquals(russian.repeat(5), decode(bytes).text());
    String japanese = "これは日本語の文章です。";
    assertEquals(japanese, decode(japanese.getBytes(Charset.forName("ISO-2022-JP"))).text());
  }

  @Test
  void fallsBackToWindows1252() {
    byte[] bytes = {'c', 'a', 'f', (byte) 0xe9, ' ', (byte) 0x93, 'x', (byte) 0x94};
    assertEquals("café “x”", decode(bytes).text());
  }

  @Test
  void countsWhatItReplaces() {
    byte[] bytes = "größer öfter äußerst übel x".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 1] = (byte) 0xc3;
    DecodedText decoded = decode(bytes);
    assertEquals("größer öfter äußerst übel \ufffd", decoded.text());
    assertEquals(1, decoded.replaced());
  }

  @Test
  void readsNothingFromNothing() {
    assertEquals("", decode(new byte[0]).text());
  }
}
