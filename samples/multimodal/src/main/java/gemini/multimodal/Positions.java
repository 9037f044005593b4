package gemini.multimodal;

/** How the transformer is told the order of its tokens. */
public enum Positions {
  /** Not at all: only the causal mask tells what came before. */
  NONE,
  /** A learned vector for each place, added to the tokens. */
  LEARNED,
  /** Queries and keys are rotated by angles that grow with their place (arXiv:2104.09864). */
  ROTARY,
  /** As rotary, and scores fade with the distance (arXiv:2212.10554). Causal attention only. */
  XPOS,
  /**
   * Scores lose a constant for each token of distance, another for each head (arXiv:2108.12409).
   */
  ALIBI
}
