package org.hutong.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;

/**
 * Many windows of many institutions register the same residents at the same time, on several nodes
 * of one Hutong of which one is killed meanwhile; then looks whether each resident is one person,
 * whether all that was acknowledged is there, and whether anything was answered that a client need
 * not understand.
 */
public final class Storm {

  /** Institutions that look by their own number whether they have registered somebody. */
  private static final int CAREFUL = 4;

  /** Institutions in all; the others register whoever comes. */
  private static final int ALL = 6;

  private final StormOptions options;
  private final County county;
  private final List<StormNode> nodes;
  private Directory directory;

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger alike = new AtomicInteger();
  private final LongAdder refusedConnections = new LongAdder();
  private final LongAdder overloads = new LongAdder();
  private final ConcurrentMap<String, LongAdder> strays = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> answers = new ConcurrentHashMap<>();

  /** Patients whose creation or change was acknowledged, by resident. */
  private final ConcurrentMap<Integer, Set<String>> acknowledged = new ConcurrentHashMap<>();

  /** Patients found or made under one number of one institution. */
  private final ConcurrentMap<String, Set<String>> byRecord = new ConcurrentHashMap<>();

  private final Set<String> faults = new ConcurrentSkipListSet<>();

  private Storm(StormOptions options) {
    this.options = options;
    this.county = new County(options.seed(), LocalDate.now(Year.BEIJING));
    this.nodes = options.nodes().stream().map(StormNode::new).toList();
  }

  public static void main(String[] arguments) throws Exception {
    StormOptions options;
    try {
      options = StormOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + StormOptions.USAGE);
      System.exit(2);
      return;
    }
    System.exit(new Storm(options).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    directory = directory();
    List<Write> writes = writes();
    long start = System.nanoTime();
    together(writes.size(), number -> carryOut(writes.get(number), number));
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%d writes by %d writers over %d residents in %.0f s, %.0f/s%n",
        writes.size(), options.writers(), options.residents(), seconds, writes.size() / seconds);
    System.out.println("answers " + new TreeMap<>(answers));
    System.out.printf(
        "sent again: %d after a lost connection, %d after 503%n",
        refusedConnections.sum(), overloads.sum());
    strays.forEach((stray, times) -> faults.add("answered " + times + " times " + stray));
    byRecord.forEach(
        (record, patients) -> {
          if (patients.size() > 1) {
            faults.add("registered as " + patients.size() + " under " + record);
          }
        });
    AtomicInteger persons = new AtomicInteger();
    together(options.residents(), resident -> persons.addAndGet(persons(resident)));
    long patients = acknowledged.values().stream().mapToInt(Set::size).sum();
    System.out.printf("%d persons, %d Patients acknowledged%n", persons.get(), patients);
    if (options.database() != null) {
      faults.addAll(Invariants.broken(options.database()));
    }
    faults.stream().limit(50).forEach(fault -> System.out.println("FAULT " + fault));
    System.out.println(faults.isEmpty() ? "all in order" : faults.size() + " faults");
    return faults.isEmpty();
  }

  private Directory directory() {
    Reply reply = nodes.get(0).send("POST", "", county.directory(), Map.of());
    if (reply.status() != 200) {
      throw new IllegalStateException("The directory was refused: " + reply.body());
    }
    List<String> created = new ArrayList<>();
    for (JsonNode entry : reply.json().path("entry")) {
      String[] location = entry.at("/response/location").asText().split("/");
      created.add(location[0] + "/" + location[1]);
    }
    return Directory.of(created);
  }

  private enum Kind {
    CREATE_IF_NONE,
    CREATE,
    UPDATE_BY_CONDITION,
    UPDATE
  }

  private record Write(Kind kind, int resident, int institution, int spelling) {}

  /** The same for the same seed; those of one resident lie close together, so that they meet. */
  private List<Write> writes() {
    SplittableRandom random = county.random(-7, 0);
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < options.writes(); i++) {
      int resident = i % options.residents();
      int round = i / options.residents();
      // Everybody comes to two who do not look, so that there is something to link.
      Kind kind =
          round < 2
              ? Kind.CREATE
              : switch (random.nextInt(8)) {
                case 0, 1, 2 -> Kind.CREATE_IF_NONE;
                case 3, 4, 5 -> Kind.UPDATE_BY_CONDITION;
                default -> Kind.UPDATE;
              };
      int institution =
          kind == Kind.CREATE ? CAREFUL + round % (ALL - CAREFUL) : random.nextInt(CAREFUL);
      writes.add(new Write(kind, resident, institution, random.nextInt(1000)));
    }
    // By groups of residents: within one everything is mixed.
    writes.sort(java.util.Comparator.comparingInt(write -> write.resident / 20));
    for (int from = 0; from < writes.size(); from += 200) {
      Collections.shuffle(
          writes.subList(from, Math.min(from + 200, writes.size())), new Random(from));
    }
    return writes;
  }

  private void carryOut(Write write, int number) {
    if (number == options.writes() / 2) {
      killOne();
    }
    String record =
        write.kind == Kind.CREATE
            ? "MZ" + options.seed() + "B" + alike.incrementAndGet()
            : "MZ" + options.seed() + "A" + write.resident + "A" + write.institution;
    Map<String, String> headers =
        Map.of("X-Hutong-Institution", county.institutionCode(write.institution));
    String condition = condition(county.recordSystem(write.institution), record, write.spelling);
    Set<String> known = acknowledged.getOrDefault(write.resident, Set.of());
    String path = "Patient";
    String method = "POST";
    String own = null;
    switch (write.kind) {
      case CREATE -> {}
      case CREATE_IF_NONE ->
          headers =
              Map.of(
                  "X-Hutong-Institution",
                  county.institutionCode(write.institution),
                  "If-None-Exist",
                  condition);
      case UPDATE, UPDATE_BY_CONDITION -> {
        method = "PUT";
        own =
            write.kind == Kind.UPDATE
                ? byRecord
                    .getOrDefault(
                        condition(county.recordSystem(write.institution), record, 0), Set.of())
                    .stream()
                    .findFirst()
                    .orElse(null)
                : null;
        path += own == null || !known.contains(own) ? "?" + condition : "/" + own;
      }
    }
    String json =
        county.registration(write.resident, write.institution, write.spelling, record, directory);
    if (path.contains("/")) {
      json = json.replaceFirst("\\{", "{\"id\":\"" + own + "\",");
    }
    Reply reply = insist(method, path, json, headers, number);
    answers.computeIfAbsent(write.kind + " " + reply.status(), k -> new LongAdder()).increment();
    if (reply.status() != 200 && reply.status() != 201) {
      strays
          .computeIfAbsent(reply.status() + " " + reply.brief(), first -> new LongAdder())
          .increment();
      return;
    }
    String id = reply.json().path("id").asText();
    acknowledged.computeIfAbsent(write.resident, first -> new ConcurrentSkipListSet<>()).add(id);
    if (write.kind != Kind.CREATE) {
      byRecord
          .computeIfAbsent(
              condition(county.recordSystem(write.institution), record, 0),
              first -> new ConcurrentSkipListSet<>())
          .add(id);
    }
  }

  /** One condition in several spellings. */
  private static String condition(String system, String record, int spelling) {
    String token = encoded(system + "|" + record);
    return switch (spelling % 4) {
      case 1 -> "identifier=" + record;
      case 2 -> "identifier=" + token + "," + encoded(system + "|no" + record);
      case 3 -> "gender=male,female&identifier=" + token;
      default -> "identifier=" + token;
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Sends until there is an answer that settles it, to one node after the other. */
  private Reply insist(
      String method, String path, String json, Map<String, String> headers, int number) {
    long deadline = System.nanoTime() + options.patience().toNanos();
    for (int attempt = 0; ; attempt++) {
      Reply reply = nodes.get((number + attempt) % nodes.size()).send(method, path, json, headers);
      boolean again = reply.status() == 0 || reply.status() == 503;
      if (!again || System.nanoTime() > deadline) {
        return reply;
      }
      (reply.status() == 0 ? refusedConnections : overloads).increment();
      try {
        Thread.sleep(50L + 50L * Math.min(attempt, 20));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void killOne() {
    if (options.kill() != null) {
      ProcessHandle.of(options.kill()).ifPresent(ProcessHandle::destroyForcibly);
      System.out.println("killed " + options.kill() + " in the middle");
    }
    if (options.restart() != null) {
      try {
        Process again =
            new ProcessBuilder("sh", "-c", options.restart())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        System.out.println("restarted as " + again.pid());
      } catch (IOException e) {
        faults.add("restart: " + e.getMessage());
      }
    }
  }

  /** How many active persons a resident is; and whether all that was acknowledged is there. */
  private int persons(int resident) {
    String number = county.identityNumber(resident);
    Reply found =
        insist(
            "GET",
            "Person?identifier=" + encoded(County.IDENTITY_NUMBERS + "|" + number),
            "",
            Map.of(),
            resident);
    Set<String> linked = new TreeSet<>();
    int active = 0;
    for (JsonNode entry : found.json().path("entry")) {
      JsonNode person = entry.path("resource");
      if (person.path("resourceType").asText().equals("Person")
          && person.path("active").asBoolean(true)) {
        active++;
        person.path("link").forEach(link -> linked.add(link.at("/target/reference").asText()));
      }
    }
    Collection<String> patients = acknowledged.getOrDefault(resident, Set.of());
    if (active != 1) {
      faults.add("resident " + resident + " is " + active + " persons");
    }
    for (String patient : patients) {
      if (!linked.contains("Patient/" + patient)) {
        faults.add("Patient/" + patient + " is not linked");
      }
      for (String path : List.of("Patient/" + patient, "Patient/" + patient + "/_history")) {
        int status = insist("GET", path, "", Map.of(), resident).status();
        if (status != 200) {
          faults.add(path + " is answered " + status);
        }
      }
    }
    return active;
  }

  private void together(int times, IntConsumer work) throws Exception {
    begun.set(0);
    ExecutorService writers = Executors.newFixedThreadPool(options.writers());
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < options.writers(); writer++) {
        all.add(
            writers.submit(
                () -> {
                  for (int next = begun.getAndIncrement();
                      next < times;
                      next = begun.getAndIncrement()) {
                    work.accept(next);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      writers.shutdownNow();
    }
  }
}
