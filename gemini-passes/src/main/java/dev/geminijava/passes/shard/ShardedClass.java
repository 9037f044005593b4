package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.source.Edit;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is decided about a class.
 *
 * @param code the class
 * @param edits what is inserted; texts name classes as <code>#{a.b.C}</code>
 * @param layers how each layer call that has a rule is placed
 * @param notes what stays whole, and why
 * @param choices what each of the layers could do, and at what cost
 * @param forecasts what the splits are predicted to bring
 */
public record ShardedClass(
    ClassCode code,
    List<Edit> edits,
    List<SplitLayer> layers,
    List<Diagnostic> notes,
    List<LayerChoice> choices,
    List<SplitForecast> forecasts) {

  /** The same with more to say of what stays whole. */
  ShardedClass noting(List<Diagnostic> more) {
    List<Diagnostic> all = Stream.concat(notes.stream(), more.stream()).distinct().toList();
    return new ShardedClass(code, edits, layers, all, choices, forecasts);
  }

  /** A class of which nothing is split. */
  static ShardedClass untouched(ClassCode code, List<Diagnostic> notes) {
    return new ShardedClass(code, List.of(), List.of(), notes, List.of(), List.of());
  }
}
