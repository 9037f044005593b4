package dev.geminijava.runtime.parameter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * All pieces of one parameter, and which of them have the newest values. The optimizer updates the
 * first pieces; the full array follows when somebody looks at it, and the others from there.
 */
final class Holding {

  /** The first are those that are updated. */
  final List<Pieces> pieces = new ArrayList<>();

  private final Set<Pieces> behind = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean fullBehind;

  /** Notes that the first pieces are about to be updated. */
  void updated() {
    fullBehind = true;
    behind.clear();
    behind.addAll(pieces.subList(1, pieces.size()));
  }

  /** Brings the full array's values up to date. */
  void publish() {
    if (fullBehind && !pieces.isEmpty()) {
      pieces.get(0).publish();
    }
    fullBehind = false;
  }

  /** Notes that the program sees the full array, and may change it. */
  void shown() {
    behind.addAll(pieces);
  }

  /** Brings pieces up to date, through the full array. */
  void bringUpToDate(Pieces one) {
    if (behind.contains(one)) {
      publish();
      one.refresh();
      behind.remove(one);
    }
  }
}
