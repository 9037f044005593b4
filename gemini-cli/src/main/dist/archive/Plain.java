/** A program that has nothing of DJL on its class path, yet names ai.djl, so that all passes run. */
public final class Plain {

  public static void main(String[] args) {
    Runnable runnable = () -> System.out.print("");
    runnable.run();
  }
}
