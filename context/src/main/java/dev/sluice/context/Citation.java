package dev.sluice.context;

import dev.sluice.index.Span;

/**
 * Where a statement is found.
 *
 * @param n the number by which sentences of the answer refer to it, from 1
 * @param document id of the document
 * @param uri where the document came from
 * @param span bytes of the document's text
 * @param text exactly those bytes
 */
public record Citation(int n, String document, String uri, Span span, String text) {}
