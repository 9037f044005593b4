/**
 * What a run would be like, foretold from the model's graph, and shown as text, JSON and a page.
 */
package dev.geminijava.cli.plan;
