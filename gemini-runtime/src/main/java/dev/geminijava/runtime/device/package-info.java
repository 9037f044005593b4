/** What the machine can compute on. The only package that knows JCuda. */
package dev.geminijava.runtime.device;
