package dev.sluice.index.reader;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.Document;
import dev.sluice.index.reader.ArchiveEntries.Entry;
import dev.sluice.index.reader.FolderScan.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns the entries of archives into documents, as if an archive were a folder: the same kinds of
 * files are read, hidden ones are not, and patterns hold for the path of the archive and that of
 * the entry together. The id of such a document is that of the archive, {@value
 * DocumentReader#ENTRY}, and the path of the entry.
 *
 * <p>Archives and compressed files within archives are left out. So are links and names that lead
 * out of the archive, though nothing is ever written under an entry's name.
 */
final class ArchiveDocuments {

  private final FileDocuments documents;
  private final PathRules rules;
  private final long maxBytes;
  private final InflationLimits limits;

  /** What decides, beside the archive itself, what is made of it. */
  private final String settings;

  ArchiveDocuments(FileDocuments documents, PathRules rules, ReaderOptions options) {
    this(documents, rules, options, InflationLimits.DEFAULT);
  }

  ArchiveDocuments(
      FileDocuments documents, PathRules rules, ReaderOptions options, InflationLimits limits) {
    this.documents = documents;
    this.rules = rules;
    this.limits = limits;
    maxBytes = options.maxFileBytes();
    settings =
        "%08x".formatted(Objects.hash(rules.patterns(), maxBytes, limits, FileType.extensions()));
  }

  /** Gives the documents of an archive to the sink; how many of them are in. */
  int read(SourceFile archive, DocumentReader.Sink sink) throws InterruptedException {
    String stamp = archive.stamp() + "-" + settings;
    if (sink.isCurrentArchive(archive.id(), stamp)) {
      return 1; // of an archive without documents, too: there is nothing to complain of
    }
    RecordingSkips recording = new RecordingSkips(sink);
    Reading reading = new Reading(archive, recording);
    String problem = "";
    try (ArchiveEntries entries =
        ArchiveEntries.open(archive.type(), archive.path(), maxBytes, limits)) {
      problem = reading.readAll(entries);
    } catch (AccessDeniedException e) {
      problem = "no permission to read it; make it readable or exclude it";
    } catch (IOException e) {
      problem = reading.damage(e);
    }
    if (problem.isEmpty()) {
      for (Skipped other : reading.others.skips(archive.where(), true)) {
        documents.skip(recording, other.where(), other.reason());
      }
      if (recording.areAll()) {
        sink.endArchive(archive.id(), stamp, recording.skips());
      }
    } else {
      sink.keep(archive.id());
      documents.skip(sink, archive.where(), problem);
    }
    return reading.read;
  }

  /** The reading of one archive. */
  private final class Reading {
    private final SourceFile archive;
    private final RecordingSkips sink;
    private final OtherFiles others = new OtherFiles();
    private int entries;
    private int read;

    Reading(SourceFile archive, RecordingSkips sink) {
      this.archive = archive;
      this.sink = sink;
    }

    /** Reads all entries; why it had to stop before the end, or an empty string. */
    String readAll(ArchiveEntries all) throws IOException, InterruptedException {
      for (Optional<Entry> next = all.next(); next.isPresent(); next = all.next()) {
        if (++entries > limits.entries()) {
          return "more than %,d entries; unpack it and index the folder"
              .formatted(limits.entries());
        }
        if (!next.get().isFolder()) {
          read(next.get(), all.areIndependent());
        }
      }
      return entries == 0 ? "it holds nothing; remove it or exclude it" : "";
    }

    String damage(IOException e) {
      boolean tooMuch = e instanceof InflatingStream.TooMuchException;
      return "%s after %,d entries (%s): what follows is not read; %s"
          .formatted(
              tooMuch ? "given up" : "damaged or cut off",
              entries,
              e.getMessage(),
              tooMuch ? "unpack it and index the folder" : "get it again, or exclude it");
    }

    private void read(Entry entry, boolean independent) throws IOException, InterruptedException {
      Optional<String> path = EntryPath.of(entry.name());
      if (path.isEmpty()) {
        String shown = entry.name().replaceAll("\\p{Cntrl}", "?");
        skip(shown, "its name leads out of the archive; give it one within");
        return;
      }
      if (EntryPath.isHidden(path.get()) || rules.leavesOut(archive.id() + "/" + path.get())) {
        return;
      }
      String id = archive.id() + DocumentReader.ENTRY + path.get();
      if (entry.obstacle().isPresent()) {
        sink.keep(id);
        skip(path.get(), entry.obstacle().get());
        return;
      }
      Optional<FileType> type = FileType.of(path.get());
      if (type.isEmpty()) {
        others.add(path.get().substring(path.get().lastIndexOf('/') + 1));
      } else if (type.get().isArchive() || type.get().compression() != Compression.NONE) {
        skip(path.get(), "compressed within the archive; unpack the archive and index the folder");
      } else if (entry.bytes() > maxBytes) {
        skip(path.get(), FileDocuments.tooLarge(entry.bytes(), maxBytes));
      } else if (!entry.stamp().isEmpty() && sink.isCurrent(id, entry.stamp())) {
        read++;
      } else {
        readContent(entry, path.get(), type.get().content(), independent);
      }
    }

    private void readContent(Entry entry, String path, FileType.Content kind, boolean independent)
        throws IOException, InterruptedException {
      String id = archive.id() + DocumentReader.ENTRY + path;
      byte[] content;
      try (InputStream in = entry.content().open()) {
        content = in.readNBytes((int) maxBytes + 1);
      } catch (IOException e) {
        if (!independent) {
          throw e;
        }
        sink.keep(id);
        skip(path, "cannot be read: " + e.getMessage() + "; get the archive again or exclude it");
        return;
      }
      if (content.length > maxBytes) {
        skip(path, FileDocuments.tooLarge(content.length, maxBytes));
        return;
      }
      String uri = archive.path().toUri() + DocumentReader.ENTRY + FileNames.escape(path);
      Optional<Document> document =
          documents.document(new FileDocuments.Origin(id, where(path), uri), kind, content, sink);
      if (document.isPresent()) {
        read++;
        sink.accept(document.get(), entry.stamp());
      }
    }

    private String where(String path) {
      return archive.where() + DocumentReader.ENTRY + path;
    }

    private void skip(String path, String reason) {
      documents.skip(sink, where(path), reason);
    }
  }
}
