/**
 * From search results to an answer: the window of cited spans, the answerers that read it, and
 * {@link dev.sluice.context.Sluice}, the facade of the embedded API.
 */
package dev.sluice.context;
