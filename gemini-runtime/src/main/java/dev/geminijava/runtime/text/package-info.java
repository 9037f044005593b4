/** Sizes and tables as people read them. */
package dev.geminijava.runtime.text;
