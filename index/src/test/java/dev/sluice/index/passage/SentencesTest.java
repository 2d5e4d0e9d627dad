package dev.sluice.index.passage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {

  private static List<String> of(String text) {
    return Sentences.of(text).stream().map(r -> r.in(text)).toList();
  }

  private static void whole(String text) {
    assertEquals(List.of(text), of(text));
  }

  @Test
  void endAtStopsBeforeWhiteSpace() {
    assertEquals(
        List.of("One.", "Is it two?", "Three!", "And so on…", "The end"),
        of(" One. Is it two?  Three!\nAnd so on… The end "));
  }

  @Test
  void areNoneInBlankText() {
    assertEquals(List.of(), of(""));
    assertEquals(List.of(), of(" \n\u00a0\t "));
  }

  @Test
  void doNotEndAfterAbbreviations() {
    whole("Use a tool, e.g. Maven, i.e. the builder of Dr. Smith and Mr. J. R. Jones.");
    whole("The U.S. Army moved in, cf. Fig. 3 and No. 5 of Jan. 12.");
    whole("Smith et al. Found 5 cats approx. half grown.");
  }

  @Test
  void endAfterAbbreviationsBeforeUsualFirstWords() {
    assertEquals(
        List.of("He lives in the U.S.", "The house is big."),
        of("He lives in the U.S. The house is big."));
    assertEquals(
        List.of("Apples, pears, etc.", "They grow."), of("Apples, pears, etc. They grow."));
    assertEquals(List.of("He said no.", "Then he left."), of("He said no. Then he left."));
  }

  @Test
  void keepDecimalsVersionsFileNamesAndUrlsWhole() {
    whole("It took 3.14 seconds with version 15.2.1 to read pg_hba.conf from www.example.org/a.b.");
  }

  @Test
  void endBeforeNamesThatPeopleWriteSmall() {
    assertEquals(
        List.of("It is a file.", "pg_hba.conf lies beside it.", "initdb() made it."),
        of("It is a file. pg_hba.conf lies beside it. initdb() made it."));
  }

  @Test
  void endInTextWithoutCapitals() {
    assertEquals(List.of("i went there.", "it was nice."), of("i went there. it was nice."));
  }

  @Test
  void keepClosingQuotesBracketsAndReferences() {
    assertEquals(
        List.of("He said “go.”", "(She did.)", "Cells divide.[12]", "Then they rest."),
        of("He said “go.” (She did.) Cells divide.[12] Then they rest."));
    whole("“Really?” he asked.");
  }

  @Test
  void keepNumbersOfHeadingsAndItems() {
    whole("21.1. The pg_hba.conf File");
    whole("Chapter 21. Client Authentication");
    assertEquals(List.of("1. Open it", "2. Close it"), of("1. Open it\n2. Close it"));
    assertEquals(List.of("It began in 1999.", "It ended."), of("It began in 1999. It ended."));
  }

  @Test
  void endAtBlankLinesAndListItems() {
    assertEquals(
        List.of("Things", "- a bee", "- a sea", "more of them"),
        of("Things\n- a bee\n- a sea\n\n\nmore of them"));
    assertEquals(List.of("one", "two"), of("one\r\n\r\ntwo"));
  }

  @Test
  void runOverTheLinesOfWrappedProse() {
    String prose =
        "Client authentication is controlled by a configuration file, which\n"
            + "PostgreSQL names traditionally, and which is stored in the cluster's\n"
            + "data directory.";
    whole(prose);
  }

  @Test
  void endAtLinesOfCodeAndTables() {
    assertEquals(
        List.of("SELECT a", "FROM b;", "name | type", "id | int"),
        of("SELECT a\n  FROM b;\nname | type\nid | int"));
  }

  @Test
  void endAtWideStopsWithoutWhiteSpace() {
    assertEquals(List.of("これは本です。", "「はい。」", "そう"), of("これは本です。「はい。」そう"));
  }

  @Test
  void treatRunsOfStopsAsOne() {
    assertEquals(List.of("Wait......", "What?!", "Go on."), of("Wait...... What?! Go on."));
  }

  @Test
  void canBeTakenFromARange() {
    String text = "One. Two. Three.";
    assertEquals(List.of("Two."), Sentences.of(text, 4, 9).stream().map(r -> r.in(text)).toList());
  }
}
