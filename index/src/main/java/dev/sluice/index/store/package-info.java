/** The RocksDB store of documents and passages. */
package dev.sluice.index.store;
