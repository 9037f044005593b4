/** From text to trees and types. The only package that knows JavaParser and javac. */
package dev.geminijava.passes.front;
