/** Filters on the fields of documents, as expressions and as values. */
package dev.sluice.index.filter;
