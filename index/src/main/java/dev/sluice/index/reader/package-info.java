/** Turns folders, files and JSON lines into documents. */
package dev.sluice.index.reader;
