package dev.geminijava.passes.pass;

import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;

/**
 * An edit that a pass asks for. Its texts name classes as <code>#{a.b.C}</code>: whether that
 * becomes {@code C} with an import, or stays {@code a.b.C}, is decided for each file.
 *
 * @param file the file
 * @param edit the edit
 */
public record Change(SourceFile file, Edit edit) {}
