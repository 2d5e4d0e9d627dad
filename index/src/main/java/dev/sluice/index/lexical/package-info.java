/** BM25 over passages on Lucene. */
package dev.sluice.index.lexical;
