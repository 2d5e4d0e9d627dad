/**
 * Models from a Hugging Face hub or a mirror of one: found by name, fetched with resumption and
 * checksums, described, and made into packs with FP4 weights.
 *
 * <p>The protocol is that of the hub's own client library, huggingface_hub ({@code
 * file_download.py}, {@code hf_api.py}, {@code utils/_http.py}).
 */
package dev.sluice.inference.hub;
