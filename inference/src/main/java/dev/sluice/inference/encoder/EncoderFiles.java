package dev.sluice.inference.encoder;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an encoder is stored.
 *
 * @param config Hugging Face's {@code config.json}. If it has {@code "sluice_segments":
 *     {"segment_layers": N}}, the model reads a pair as two segments, each with positions from 0,
 *     which the first N layers read apart (DeFormer, Cao et al., 2020; PreTTR, MacAvaney et al.,
 *     2020). In each of the others a key of the other segment than the query's has {@code
 *     encoder.layer.I.attention.segment_bias}, fp32 {@code [heads]}, added to its score.
 * @param model {@code model.safetensors} with FP4 weights under their Hugging Face names
 * @param base the same of the model that tensors come from which {@code model} lacks
 */
public record EncoderFiles(Path config, Path model, Optional<Path> base) {}
