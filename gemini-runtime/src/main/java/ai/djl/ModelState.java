package ai.djl;

/** What DJL's model classes know of themselves but show only to their own package. */
public final class ModelState {

  private ModelState() {}

  /**
   * Tells whether a model's parameters came from a file; DJL's trainers unfreeze such models.
   *
   * @param model any DJL model
   * @return true if the model was loaded after its block was set
   */
  public static boolean wasLoaded(Model model) {
    return model instanceof BaseModel base && base.wasLoaded;
  }
}
