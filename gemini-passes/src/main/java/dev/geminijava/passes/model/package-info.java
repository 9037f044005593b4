/**
 * Programs as the analyses see them: classes, statements and expressions without the parser;
 * symbolic sizes and shapes; the graph of blocks and layers.
 */
package dev.geminijava.passes.model;
