package gemini.multimodal;

/** What a text may be interleaved with. */
public enum Modality {
  /** Images, of rank 5: {@code (batch, images, channels, height, width)}. */
  IMAGE(5),
  /** Sounds, of rank 3: {@code (batch, sounds, samples)}. */
  AUDIO(3),
  /** Clips, of rank 6: {@code (batch, clips, frames, channels, height, width)}. */
  VIDEO(6);

  private final int rank;

  Modality(int rank) {
    this.rank = rank;
  }

  /** By the rank of an array it is told what it holds. */
  public int rank() {
    return rank;
  }
}
