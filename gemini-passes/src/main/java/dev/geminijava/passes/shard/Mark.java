package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.source.Span;
import java.util.Set;

/**
 * An insertion that the analysis wants if the split stands. In its texts {@code @} is the group.
 *
 * @param method the method that it stands in
 * @param span what is wrapped
 * @param role what it is for; a place has at most one mark of each role
 * @param open the text before
 * @param close the text after
 * @param flow the split that needs it
 * @param why the reason, for the user
 */
public record Mark(
    MethodCode method, Span span, Role role, String open, String close, Flow flow, String why) {

  /** What a mark is for. */
  public enum Role {
    /** How a layer is seen. */
    LAYER,
    /** A collective around a result. */
    COLLECTIVE,
    /** A size or an array that shrinks. */
    LOCAL
  }

  /** Where a mark stands and what it is for. */
  public record Key(Span span, Role role) {}

  /** Where this one stands and what it is for. */
  public Key key() {
    return new Key(span, role);
  }

  /** Whether another asks for the same insertion. */
  boolean says(Mark other) {
    return open.equals(other.open) && close.equals(other.close);
  }

  /** The same mark for a wider split. */
  public Mark with(Flow more) {
    return new Mark(method, span, role, open, close, flow.and(more), why);
  }

  /** The layer calls that it belongs to. */
  public Set<Span> sources() {
    return flow.sources();
  }
}
