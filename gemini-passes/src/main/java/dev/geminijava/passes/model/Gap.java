package dev.geminijava.passes.model;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;

/**
 * A place that was not understood.
 *
 * @param why the reason, in words that go after the place
 */
public record Gap(SourceFile file, Span span, String why) {}
