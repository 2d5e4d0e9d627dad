package dev.sluice.documents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFTable;

/** Makes small documents of each kind. */
final class SampleDocuments {

  private SampleDocuments() {}

  /** A PDF with a line of text on each page; a blank one makes an empty page. */
  static byte[] pdf(String title, String... pages) throws IOException {
    try (PDDocument pdf = pages(title, pages)) {
      return bytes(pdf);
    }
  }

  /** A PDF that its owner has locked, and that opens with {@code password}, which may be empty. */
  static byte[] encryptedPdf(String password, String... pages) throws IOException {
    try (PDDocument pdf = pages("Locked", pages)) {
      StandardProtectionPolicy policy =
          new StandardProtectionPolicy("owner", password, new AccessPermission());
      policy.setEncryptionKeyLength(128);
      policy.setPreferAES(true);
      pdf.protect(policy);
      return bytes(pdf);
    }
  }

  private static PDDocument pages(String title, String... pages) throws IOException {
    PDDocument pdf = new PDDocument();
    pdf.getDocumentInformation().setTitle(title);
    pdf.getDocumentInformation().setAuthor("Ada Beekeeper");
    Calendar created = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    created.setTimeInMillis(1_700_000_000_000L);
    pdf.getDocumentInformation().setCreationDate(created);
    for (String line : pages) {
      PDPage page = new PDPage();
      pdf.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.beginText();
        content.setFont(new PDType1Font(FontName.HELVETICA), 12);
        content.newLineAtOffset(72, 700);
        content.showText(line);
        content.endText();
      }
    }
    return pdf;
  }

  private static byte[] bytes(PDDocument pdf) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pdf.save(out);
    return out.toByteArray();
  }

  /** A heading, a paragraph, a heading below it, and a table of two by two. */
  static byte[] docx() throws IOException {
    try (XWPFDocument docx = new XWPFDocument()) {
      docx.createStyles();
      docx.getProperties().getCoreProperties().setCreator("Ada Beekeeper");
      docx.getProperties().getCoreProperties().setTitle("Microsoft Word - bees.doc");
      paragraph(docx, "Heading1", "On bees");
      paragraph(docx, "", "Bees make honey.");
      paragraph(docx, "Heading2", "Wild bees");
      XWPFTable table = docx.createTable(2, 2);
      for (int i = 0; i < 4; i++) {
        table.getRow(i / 2).getCell(i % 2).setText("cell " + i);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      docx.write(out);
      return out.toByteArray();
    }
  }

  private static void paragraph(XWPFDocument docx, String style, String text) {
    XWPFParagraph paragraph = docx.createParagraph();
    if (!style.isEmpty()) {
      var definition =
          org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle.Factory.newInstance();
      definition.setStyleId(style);
      definition.addNewName().setVal(style.replace("Heading", "heading "));
      docx.getStyles().addStyle(new org.apache.poi.xwpf.usermodel.XWPFStyle(definition));
      paragraph.setStyle(style);
    }
    paragraph.createRun().setText(text);
  }

  static byte[] pptx(String... slides) throws IOException {
    try (XMLSlideShow pptx = new XMLSlideShow()) {
      for (String text : slides) {
        XSLFSlide slide = pptx.createSlide();
        XSLFTextBox box = slide.createTextBox();
        box.setText(text);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      pptx.write(out);
      return out.toByteArray();
    }
  }

  static byte[] xlsx() throws IOException {
    try (XSSFWorkbook xlsx = new XSSFWorkbook()) {
      XSSFRow row = xlsx.createSheet("Hives").createRow(0);
      row.createCell(0).setCellValue("apiary");
      row.createCell(1).setCellValue(12);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      xlsx.write(out);
      return out.toByteArray();
    }
  }

  /**
   * @param doctype before the root element, for what it may declare
   * @param text in a paragraph, as XML
   */
  static byte[] odt(String doctype, String text) throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("mimetype", "application/vnd.oasis.opendocument.text");
    parts.put(
        "content.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        %s
        <office:document-content
            xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
            xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
          <office:body><office:text>
            <text:h text:outline-level="1">On bees</text:h>
            <text:p>%s</text:p>
          </office:text></office:body>
        </office:document-content>
        """
            .formatted(doctype, text));
    return zip(parts);
  }

  static byte[] epub() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("mimetype", "application/epub+zip");
    parts.put(
        "META-INF/container.xml",
        """
        <?xml version="1.0"?>
        <container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
          <rootfiles>
            <rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>
          </rootfiles>
        </container>
        """);
    parts.put(
        "book.opf",
        """
        <?xml version="1.0"?>
        <package version="3.0" xmlns="http://www.idpf.org/2007/opf" unique-identifier="id">
          <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:identifier id="id">bees</dc:identifier>
            <dc:title>A book of bees</dc:title>
            <dc:creator>Ada Beekeeper</dc:creator>
            <dc:language>en</dc:language>
          </metadata>
          <manifest>
            <item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>
            <item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
          </manifest>
          <spine><itemref idref="one"/><itemref idref="two"/></spine>
        </package>
        """);
    parts.put("two.xhtml", chapter("Second", "They dance."));
    parts.put("one.xhtml", chapter("First", "They fly."));
    return zip(parts);
  }

  private static String chapter(String heading, String text) {
    return "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title></head><body><h1>"
        + heading
        + "</h1><p>"
        + text
        + "</p></body></html>";
  }

  static byte[] rtf() {
    return "{\\rtf1\\ansi{\\info{\\author Ada Beekeeper}}\\pard Bees make {\\b honey}.\\par And wax.}"
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** A mail in plain text and in HTML, with an attached text and an attached program. */
  static byte[] eml() {
    return """
    From: Ada <ada@hive.example>
    To: Bob <bob@hive.example>
    Subject: =?UTF-8?Q?On_b=C3=A4es?=
    Date: Thu, 1 Jan 2026 10:00:00 +0000
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="outer"

    --outer
    Content-Type: multipart/alternative; boundary="inner"

    --inner
    Content-Type: text/plain; charset=utf-8

    The bees swarm today.
    --inner
    Content-Type: text/html; charset=utf-8

    <p>The bees swarm <b>today</b>.</p>
    --inner--
    --outer
    Content-Type: text/plain; name="notes.txt"
    Content-Disposition: attachment; filename="notes.txt"

    Notes on the hive.
    --outer
    Content-Type: application/octet-stream; name="tool.exe"
    Content-Disposition: attachment; filename="tool.exe"
    Content-Transfer-Encoding: base64

    TVqQAAMAAAAEAAAA
    --outer--
    """
        .replace("\n", "\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** As office formats want it: the first part is stored, not compressed. */
  private static byte[] zip(Map<String, String> parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        byte[] content = part.getValue().getBytes(StandardCharsets.UTF_8);
        ZipEntry entry = new ZipEntry(part.getKey());
        if (part.getKey().equals("mimetype")) {
          CRC32 crc = new CRC32();
          crc.update(content);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(content.length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
      }
    }
    return out.toByteArray();
  }
}
