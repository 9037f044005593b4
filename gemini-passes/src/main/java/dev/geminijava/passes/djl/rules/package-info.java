/** The rules that come with the compiler: one file for each family of layers or methods. */
package dev.geminijava.passes.djl.rules;
