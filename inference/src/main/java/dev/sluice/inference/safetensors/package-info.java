/**
 * Files of tensors in the safetensors format (https://github.com/huggingface/safetensors), and how
 * FP4 matrices lie in them.
 */
package dev.sluice.inference.safetensors;
