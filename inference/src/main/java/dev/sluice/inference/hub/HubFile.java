package dev.sluice.inference.hub;

/**
 * A file of a repository as the hub lists it. Nothing in it can be trusted.
 *
 * @param path from the repository's root, with slashes
 * @param size in bytes
 * @param checksum of its content
 */
record HubFile(String path, long size, Checksum checksum) {}
