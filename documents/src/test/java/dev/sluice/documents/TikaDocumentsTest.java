package dev.sluice.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.Document;
import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.ReaderOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents as the index reads them: through its readers, which find the parser. */
class TikaDocumentsTest {
  @TempDir Path temp;

  /** Keeps what it is given. */
  private static final class Given implements DocumentReader.Sink {
    final List<Document> documents = new ArrayList<>();
    final List<String> skips = new ArrayList<>();

    Document only() {
      assertEquals(1, documents.size(), "documents, skipped: " + skips);
      return documents.getFirst();
    }

    @Override
    public boolean isCurrent(String id, String stamp) {
      return false;
    }

    @Override
    public void accept(Document document, String stamp) {
      documents.add(document);
    }

    @Override
    public void skip(String where, String reason) {
      skips.add(where.substring(where.lastIndexOf('/') + 1) + ": " + reason);
    }

    @Override
    public void keep(String id) {}

    @Override
    public void keepAll() {}

    @Override
    public void progress(long bytes) {}
  }

  private Given read(String name, byte[] content) throws Exception {
    Files.write(temp.resolve(name), content);
    Files.writeString(temp.resolve("readable.txt"), "So that something is.");
    Given given = new Given();
    DocumentReaders.open(temp.toString(), ReaderOptions.DEFAULT).read(given);
    given.documents.removeIf(document -> document.id().equals("readable.txt"));
    return given;
  }

  private static List<String> headings(Document document) {
    return document.headings().stream()
        .map(h -> h.level() + " " + document.text().substring(h.from(), h.to()))
        .toList();
  }

  private static Optional<Place> placeOf(Document document, String words) {
    int at = document.text().indexOf(words);
    assertTrue(at >= 0, document.text());
    return Mark.place(document.marks(), at, at + words.length());
  }

  @Test
  void aPdfHasPagesAndMetadata() throws Exception {
    byte[] pdf = SampleDocuments.pdf("On bees", "Bees make honey.", "", "They make wax, too.");
    Given given = read("bees.pdf", pdf);
    Document document = given.only();
    assertEquals("On bees", document.title());
    assertEquals("Bees make honey.\n\nThey make wax, too.", document.text());
    assertEquals(Optional.of(Place.page(1)), placeOf(document, "honey"));
    assertEquals(Optional.of(Place.page(3)), placeOf(document, "wax"));
    assertEquals("Ada Beekeeper", document.metadata().get("author"));
    assertEquals("2023-11-14T22:13:20Z", document.metadata().get("created"));
    assertEquals("3", document.metadata().get("pages"));
    assertEquals(List.of(), given.skips);
  }

  @Test
  void aWordDocumentHasHeadingsAndTables() throws Exception {
    Document document = read("bees.docx", SampleDocuments.docx()).only();
    assertEquals("On bees", document.title(), "not what the program put there");
    assertEquals(List.of("1 On bees", "2 Wild bees"), headings(document));
    assertEquals(
        "On bees\n\nBees make honey.\n\nWild bees\n\ncell 0 | cell 1\ncell 2 | cell 3",
        document.text());
    assertEquals("Ada Beekeeper", document.metadata().get("author"));
  }

  @Test
  void aPresentationHasSlides() throws Exception {
    Document document = read("bees.pptx", SampleDocuments.pptx("First bee", "Second bee")).only();
    assertEquals(Optional.of(Place.slide(1)), placeOf(document, "First bee"));
    assertEquals(Optional.of(Place.slide(2)), placeOf(document, "Second bee"));
  }

  @Test
  void aSheetIsATable() throws Exception {
    Document document = read("bees.xlsx", SampleDocuments.xlsx()).only();
    assertEquals("Hives\n\napiary | 12", document.text());
  }

  @Test
  void anOpenDocumentHasHeadings() throws Exception {
    Document document = read("bees.odt", SampleDocuments.odt("", "Bees make honey.")).only();
    assertEquals("On bees\n\nBees make honey.", document.text());
    assertEquals(List.of("1 On bees"), headings(document));
  }

  @Test
  void theChaptersOfABookAreInReadingOrder() throws Exception {
    Document document = read("bees.epub", SampleDocuments.epub()).only();
    assertEquals("A book of bees", document.title());
    assertEquals("First\n\nThey fly.\n\nSecond\n\nThey dance.", document.text());
    assertEquals(List.of("1 First", "1 Second"), headings(document));
    assertEquals("en", document.metadata().get("language"));
  }

  @Test
  void richTextIsRead() throws Exception {
    Document document = read("bees.rtf", SampleDocuments.rtf()).only();
    assertEquals("Bees make honey.\n\nAnd wax.", document.text());
    assertEquals("Ada Beekeeper", document.metadata().get("author"));
  }

  @Test
  void aMailIsReadWithItsAttachments() throws Exception {
    Given given = read("bees.eml", SampleDocuments.eml());
    Document document = given.only();
    assertEquals("On bäes", document.title());
    assertTrue(document.text().startsWith("The bees swarm today."), document.text());
    assertEquals(
        document.text().indexOf("swarm"),
        document.text().lastIndexOf("swarm"),
        "one of the alternatives");
    assertTrue(document.text().contains("Notes on the hive."), document.text());
    assertEquals("Ada <ada@hive.example>", document.metadata().get("from"));
    assertEquals("2026-01-01T10:00:00Z", document.metadata().get("created"));
    assertEquals(1, given.skips.size(), given.skips.toString());
    assertTrue(given.skips.getFirst().contains("tool.exe"), given.skips.toString());
  }

  @Test
  void theMessagesOfAMailboxAreDocuments() throws Exception {
    ByteArrayOutputStream mailbox = new ByteArrayOutputStream();
    for (String subject : List.of("One", "Two")) {
      String mail = "From x Thu Jan  1 00:00:00 2026\nSubject: %s\n\nHello %s.\n\n";
      mailbox.writeBytes(mail.formatted(subject, subject).getBytes(StandardCharsets.UTF_8));
    }
    Given given = read("bees.mbox", mailbox.toByteArray());
    assertEquals(
        List.of("One: Hello One.", "Two: Hello Two."),
        given.documents.stream().map(d -> d.title() + ": " + d.text()).toList());
  }

  @Test
  void aPdfThatOpensWithoutPasswordIsRead() throws Exception {
    byte[] pdf = SampleDocuments.encryptedPdf("", "Bees make honey.");
    assertEquals("Bees make honey.", read("locked.pdf", pdf).only().text());
  }

  @ParameterizedTest
  @CsvSource({"encrypted", "damaged", "cut", "pictures"})
  void whatCannotBeReadIsSkippedWithTheReason(String what) throws Exception {
    byte[] content =
        switch (what) {
          case "encrypted" -> SampleDocuments.encryptedPdf("secret", "Bees make honey.");
          case "damaged" -> Arrays.copyOf("%PDF-1.7 and nothing else".getBytes("UTF-8"), 4000);
          case "cut" -> Arrays.copyOf(SampleDocuments.docx(), 1500);
          default -> SampleDocuments.pdf("", "", "");
        };
    String name = what.equals("cut") ? "x.docx" : "x.pdf";
    Given given = read(name, content);
    assertEquals(List.of(), given.documents);
    assertEquals(1, given.skips.size(), given.skips.toString());
    String said =
        switch (what) {
          case "encrypted" -> "encrypted; save it without its password";
          case "damaged", "cut" -> "damaged, or of a form that is not known";
          default -> "its 2 pages hold no text";
        };
    assertTrue(given.skips.getFirst().startsWith(name + ": " + said), given.skips.toString());
  }

  @Test
  void externalEntitiesAreNotRead() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret.key"), "sesame");
    String doctype = "<!DOCTYPE x [<!ENTITY e SYSTEM \"%s\">]>".formatted(secret.toUri());
    Given given = read("bees.odt", SampleDocuments.odt(doctype, "Bees &e; make honey."));
    for (Document document : given.documents) {
      assertFalse(document.text().contains("sesame"), document.text());
    }
    assertTrue(given.documents.size() + given.skips.size() >= 1);
  }
}
