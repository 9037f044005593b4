package gemini.multimodal;

import dev.geminijava.torch.FusedAttention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether libtorch's fused attention can be reached. */
final class Flash {

  private static final Logger logger = LoggerFactory.getLogger(Flash.class);

  /** Found out once, when it is first asked for. */
  private static final boolean THERE = load();

  private Flash() {}

  static boolean isThere() {
    return THERE;
  }

  private static boolean load() {
    try {
      FusedAttention.load();
      return true;
    } catch (LinkageError | RuntimeException e) {
      logger.warn("No fused attention, so it is computed by the plain formula: {}", e.toString());
      return false;
    }
  }
}
