package gemini.multimodal;

import dev.geminijava.torch.FusedAttention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether libtorch's fused attention can be reached. */
final class Flash {

  private static final Logger logger = LoggerFactory.getLogger(Flash.class);

  private Flash() {}

  /** Asks for it, and says so if it is not there. */
  static boolean isThere() {
    try {
      FusedAttention.load();
      return true;
    } catch (LinkageError | RuntimeException e) {
      logger.warn("No fused attention, so it is computed by the plain formula: {}", e.toString());
      return false;
    }
  }
}
