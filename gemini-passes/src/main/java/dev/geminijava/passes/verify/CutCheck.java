package dev.geminijava.passes.verify;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is alive at a cut goes on in another stage: arrays follow on their first use, plain values
 * stay with the thread. Only what is neither is lost: a native handle, or memory shared with an
 * array of the stage before.
 */
final class CutCheck {

  private static final Set<String> RAW = Set.of("getHandle", "toByteBuffer");
  private static final Set<String> ARRAYS =
      Set.of(Djl.NDARRAY, Djl.PT_NDARRAY, Djl.NATIVE_RESOURCE);

  private final Sources sources;
  private final ClassCode code;
  private final Tally tally;
  private final Set<Span> reported = new HashSet<>();

  CutCheck(Sources sources, ClassCode code, Tally tally) {
    this.sources = sources;
    this.code = code;
    this.tally = tally;
  }

  void run() {
    Inserted inserted = sources.inserted(code.file());
    for (Inserted.Wrap cut : inserted.wrapsOf(RuntimeNames.PIPELINE)) {
      if (!cut.how().equals("cut") || isNested(cut)) {
        continue;
      }
      method(cut.inner()).ifPresent(m -> check(cut, m));
    }
  }

  private boolean isNested(Inserted.Wrap cut) {
    return !code.span().contains(cut.inner())
        || sources.code().classes().stream()
            .anyMatch(
                c ->
                    c != code
                        && c.file().equals(code.file())
                        && code.span().contains(c.span())
                        && c.span().contains(cut.inner()));
  }

  private Optional<MethodCode> method(Span span) {
    return java.util.stream.Stream.concat(code.methods().stream(), code.constructors().stream())
        .filter(m -> m.span().contains(span))
        .findFirst();
  }

  private void check(Inserted.Wrap cut, MethodCode method) {
    Map<String, Optional<Expression>> before = new HashMap<>();
    method.parameters().forEach(p -> before.put(p.name(), Optional.empty()));
    Walk.statements(
        method.body(),
        s -> {
          if (s instanceof Statement.Local local && local.span().end() <= cut.inner().start()) {
            before.put(local.name(), local.value());
          }
        });
    int around = loopStart(cut.inner(), method);
    List<Expression.Name> used =
        Walk.expressions(method.body()).stream()
            .filter(Expression.Name.class::isInstance)
            .map(Expression.Name.class::cast)
            .filter(n -> before.containsKey(n.name()))
            .filter(n -> n.span().start() >= cut.inner().end() || n.span().start() >= around)
            .toList();
    tally.checked(Property.CUTS, (int) used.stream().map(Expression.Name::name).distinct().count());
    for (Expression.Name name : used) {
      if (before.get(name.name()).filter(CutCheck::isRaw).isPresent()
          && name.span().start() >= cut.inner().end()
          && reported.add(name.span())) {
        tally.found(
            sources.finding(
                Property.CUTS,
                code.file(),
                name.span(),
                name.name()
                    + " holds memory of an array from before the cut after "
                    + label(cut)
                    + ", and does not follow to the next stage",
                "ask the array again after the cut"));
        return;
      }
    }
  }

  private String label(Inserted.Wrap cut) {
    String text = code.file().text(cut.inner()).replaceAll("\\s+", " ");
    int end = text.indexOf(".forward");
    return end < 0 ? text : text.substring(0, end);
  }

  /** Where the outermost loop around a place begins; past the end if there is none. */
  private static int loopStart(Span place, MethodCode method) {
    int[] start = {Integer.MAX_VALUE};
    Walk.statements(
        method.body(),
        s -> {
          if ((s instanceof Statement.Loop || s instanceof Statement.ForEach)
              && s.span().contains(place)) {
            start[0] = Math.min(start[0], s.span().start());
          }
        });
    return start[0];
  }

  private static boolean isRaw(Expression value) {
    return value instanceof Expression.Call call
        && RAW.contains(call.method())
        && ARRAYS.contains(call.declaring());
  }
}
