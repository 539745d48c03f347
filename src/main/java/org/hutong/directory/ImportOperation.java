package org.hutong.directory;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.store.Writes;
import org.springframework.stereotype.Component;

/**
 * {@code Organization/$import}: takes in a register of institutions or staff, all of it or nothing.
 * A dry run does the same, and then takes it back.
 */
@Component
class ImportOperation implements Operations {
  private static final Pattern ENTRY =
      Pattern.compile("Bundle\\.entry\\[(\\d+)](?:\\.resource)?\\.?(.*)");

  private static final Bilingual BOTH =
      new Bilingual(
          "文件的字节在 UTF-8 和 GB18030 中都读得通，按 %s 读取",
          "the bytes of the file can be read as UTF-8 and as GB18030; they were read as %s");
  private static final Bilingual NAME_IT =
      new Bilingual(
          "如有乱码，请用参数 encoding 指明编码。",
          "If text is garbled, name the encoding by the parameter encoding.");

  private final FhirContext context;
  private final Writes writes;
  private final DirectoryRows rows;
  private final Map<String, Register> registers = new TreeMap<>();

  ImportOperation(
      FhirContext context, Writes writes, DirectoryRows rows, List<Register> registers) {
    this.context = context;
    this.writes = writes;
    this.rows = rows;
    registers.forEach(register -> this.registers.put(register.kind(), register));
  }

  /** Takes in the file of a body in text/csv, or of the parameter {@code file}. */
  @Operation(name = "$import", typeName = "Organization", manualRequest = true)
  public Parameters run(RequestDetails details) {
    String type = String.valueOf(details.getHeader("Content-Type"));
    boolean plain = type.toLowerCase(Locale.ROOT).startsWith("text/csv");
    Question question =
        Question.of(
            details,
            plain ? null : context,
            "Organization/$import",
            Set.of("kind", "dryRun", "encoding", "file"));
    String kind = question.word("kind", registers.keySet());
    boolean dryRun = question.flag("dryRun");
    Register register = registers.get(kind == null ? "institutions" : kind);
    if (register == null) {
      throw new IllegalStateException("no register of institutions");
    }
    Decoded decoded =
        Decoded.of(
            plain ? details.loadRequestContents() : file(question), question.text("encoding"));
    Table table = Table.of(decoded.text());
    Findings findings = new Findings();
    if (decoded.ambiguous()) {
      findings.warn(
          1,
          "",
          new Bilingual(
              BOTH.zh().formatted(decoded.encoding()), BOTH.en().formatted(decoded.encoding())),
          NAME_IT);
    }
    Plan plan = carryOut(register, table, findings, !dryRun, details);
    return answer(plan, table, decoded, findings, dryRun, question);
  }

  private static byte[] file(Question question) {
    Attachment file = question.attachment("file");
    if (file == null || file.getData() == null || file.getData().length == 0) {
      throw Problem.of(
          ProblemCode.PARAMETER_MISSING, question.operation(), "text/csv | file (Attachment.data)");
    }
    return file.getData();
  }

  private Plan carryOut(
      Register register, Table table, Findings findings, boolean keep, RequestDetails details) {
    Plan[] made = {new Plan()};
    try {
      writes.inOne(
          keep,
          () -> {
            rows.oneImport();
            Plan plan = register.plan(table, findings);
            made[0] = plan;
            if (findings.any()) {
              throw new Problem(findings.issues());
            }
            if (!plan.bundle().getEntry().isEmpty()) {
              writes.write(plan.bundle(), details);
            }
            return plan;
          });
    } catch (Problem problem) {
      boolean ours = findings.any();
      if (!ours) {
        place(problem, made[0], findings);
      }
      if (keep || !findings.any()) {
        throw ours ? problem : findings.any() ? new Problem(findings.issues()) : problem;
      }
    }
    return made[0];
  }

  /** What the server says of the entries of our Bundle is told of the rows that they come from. */
  private static void place(Problem problem, Plan plan, Findings findings) {
    for (Problem.Issue issue : problem.issues()) {
      Matcher entry = ENTRY.matcher(String.valueOf(issue.location()));
      if (entry.matches()) {
        findings.add(
            plan.row(Integer.parseInt(entry.group(1))),
            new Problem.Issue(
                issue.code(),
                entry.group(2),
                issue.arguments(),
                issue.wording(),
                issue.detail(),
                issue.warning()));
      }
    }
  }

  private static Parameters answer(
      Plan plan,
      Table table,
      Decoded decoded,
      Findings findings,
      boolean dryRun,
      Question question) {
    Parameters answer = new Parameters();
    put(answer, "encoding", new CodeType(decoded.encoding()));
    put(answer, "dryRun", new BooleanType(dryRun));
    put(answer, "rows", new IntegerType(table.rows().size()));
    for (Plan.Action action : Plan.Action.values()) {
      long count = plan.done().stream().filter(done -> done.action() == action).count();
      put(answer, action.name().toLowerCase(Locale.ROOT), new IntegerType((int) count));
    }
    put(answer, "notInFile", new IntegerType(plan.missing().size()));
    put(answer, "findings", new IntegerType(findings.size()));
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(question.language().tag());
    findings.issues().forEach(issue -> Outcomes.add(outcome, issue, question.language()));
    if (outcome.hasIssue()) {
      answer.addParameter().setName("outcome").setResource(outcome);
    }
    for (Plan.Done done : plan.done()) {
      if (done.action() != Plan.Action.UNCHANGED) {
        ParametersParameterComponent row = answer.addParameter().setName("row");
        part(row, "number", new IntegerType(done.row()));
        part(row, "action", new CodeType(done.action().name().toLowerCase(Locale.ROOT)));
        part(row, "key", new StringType(done.key()));
        done.columns().forEach(column -> part(row, "column", new StringType(column)));
      }
    }
    for (Plan.Missing missing : plan.missing()) {
      Reference reference = new Reference(missing.reference());
      if (!missing.name().isEmpty()) {
        reference.setDisplay(missing.name());
      }
      put(answer, "absent", reference);
    }
    return answer;
  }

  private static void put(Parameters answer, String name, Type value) {
    answer.addParameter().setName(name).setValue(value);
  }

  private static void part(ParametersParameterComponent of, String name, Type value) {
    of.addPart().setName(name).setValue(value);
  }
}
