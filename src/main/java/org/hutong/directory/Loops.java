package org.hutong.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Loops among those who each have one parent at most. */
final class Loops {
  private Loops() {}

  /**
   * Finds every loop that one of some nodes is part of, once, in time linear in the number of
   * nodes.
   *
   * @param from where to look
   * @param parents the parent of each; null or missing for none
   * @return each from one of those asked for upwards
   */
  static <T> List<List<T>> of(Collection<T> from, Map<T, @Nullable T> parents) {
    List<List<T>> loops = new ArrayList<>();
    Set<T> known = new HashSet<>();
    for (T start : from) {
      Set<T> way = new LinkedHashSet<>();
      T node = start;
      while (node != null && known.add(node)) {
        way.add(node);
        node = parents.get(node);
      }
      if (node != null && way.contains(node)) {
        List<T> all = new ArrayList<>(way);
        List<T> loop = new ArrayList<>(all.subList(all.indexOf(node), all.size()));
        if (loop.stream().anyMatch(from::contains)) {
          while (!from.contains(loop.get(0))) {
            loop.add(loop.remove(0));
          }
          loops.add(loop);
        }
      }
    }
    return loops;
  }
}
