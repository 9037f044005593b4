package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.source.Span;
import java.util.Optional;

/**
 * A call of a layer that could be split.
 *
 * @param call the call
 * @param layer what the program calls it
 * @param rule how its kind may be split
 * @param inputs how many input features it has, where that is seen
 * @param features how many output features it has
 */
record LayerUse(Span call, Span layer, LayerRule rule, Optional<Dim> inputs, Dim features) {}
