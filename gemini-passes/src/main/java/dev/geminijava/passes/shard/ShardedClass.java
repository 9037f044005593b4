package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.source.Edit;
import java.util.List;

/**
 * What is decided about a class.
 *
 * @param code the class
 * @param edits what is inserted; texts name classes as <code>#{a.b.C}</code>
 * @param layers how each layer call that has a rule is placed
 * @param notes what stays whole, and why
 */
public record ShardedClass(
    ClassCode code, List<Edit> edits, List<SplitLayer> layers, List<Diagnostic> notes) {}
