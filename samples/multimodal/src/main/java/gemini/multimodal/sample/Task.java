package gemini.multimodal.sample;

/** What the one model learns. */
enum Task {
  /** A picture in, its caption out. */
  CAPTION,
  /** A tone in, its name out. */
  TONE,
  /** A clip in, what happens out. */
  MOTION,
  /** A caption in, a picture out. */
  DRAW
}
