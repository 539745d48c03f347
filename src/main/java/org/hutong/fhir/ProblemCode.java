package org.hutong.fhir;

import java.util.Locale;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Everything that can be wrong with a request, each with a stable public code, an HTTP status and a
 * FHIR issue type. The texts stand in {@code problems_zh.properties} and {@code
 * problems_en.properties}; {@code src/docs/api/errors.md} is compared with this enum by a test.
 */
public enum ProblemCode {
  BODY_MALFORMED(400, IssueType.STRUCTURE),
  BODY_EMPTY(400, IssueType.REQUIRED),
  BODY_NOT_UTF8(400, IssueType.STRUCTURE),
  BODY_MOJIBAKE(400, IssueType.VALUE),
  BODY_TOO_LARGE(413, IssueType.TOOLONG),
  BODY_TOO_SLOW(408, IssueType.TIMEOUT),
  BODY_TOO_DEEP(400, IssueType.TOOCOSTLY),
  BODY_UNEXPECTED(400, IssueType.NOTSUPPORTED),
  DUPLICATE_KEY(400, IssueType.STRUCTURE),
  CONTROL_CHARACTER(400, IssueType.VALUE),
  XML_DOCTYPE(400, IssueType.SECURITY),
  BUNDLE_TOO_LARGE(413, IssueType.TOOCOSTLY),
  MEDIA_TYPE_MISSING(415, IssueType.NOTSUPPORTED),
  MEDIA_TYPE_UNSUPPORTED(415, IssueType.NOTSUPPORTED),
  NOT_ACCEPTABLE(406, IssueType.NOTSUPPORTED),
  REQUEST_MALFORMED(400, IssueType.INVALID),
  URL_NOT_UTF8(400, IssueType.VALUE),
  REQUEST_INVALID(400, IssueType.INVALID),
  HEADERS_TOO_LARGE(431, IssueType.TOOLONG),
  INTERACTION_UNDECLARED(403, IssueType.NOTSUPPORTED),
  METHOD_NOT_ALLOWED(405, IssueType.NOTSUPPORTED),
  TYPE_UNSUPPORTED(404, IssueType.NOTSUPPORTED),
  PARAMETER_UNKNOWN(400, IssueType.NOTSUPPORTED),
  PARAMETER_INVALID(400, IssueType.VALUE),
  HANDLING_STRICT(400, IssueType.INFORMATIONAL),
  PARAMETER_MISSING(400, IssueType.REQUIRED),
  CONDITION_EMPTY(400, IssueType.REQUIRED),
  CLIENT_ASSIGNED_ID(405, IssueType.BUSINESSRULE),
  PROFILE_VIOLATED(422, IssueType.INVARIANT),
  PROFILE_UNKNOWN(400, IssueType.NOTFOUND),
  MODIFIER_UNKNOWN(422, IssueType.EXTENSION),
  ID_MISMATCH(400, IssueType.INVALID),
  TYPE_MISMATCH(400, IssueType.INVALID),
  REFERENCE_UNKNOWN(422, IssueType.NOTFOUND),
  REFERENCE_FOREIGN(422, IssueType.NOTSUPPORTED),
  REFERENCE_VERSIONED(422, IssueType.NOTSUPPORTED),
  REFERENCE_UNRESOLVABLE(422, IssueType.NOTSUPPORTED),
  REFERENCED_STILL(409, IssueType.CONFLICT),
  OWNER_HEADER_INVALID(400, IssueType.VALUE),
  OWNER_HEADER_REPEATED(400, IssueType.MULTIPLEMATCHES),
  OWNER_HEADER_REFUSED(403, IssueType.FORBIDDEN),
  MISDIRECTED(421, IssueType.SECURITY),
  NOT_FOUND(404, IssueType.NOTFOUND),
  GONE(410, IssueType.DELETED),
  CONFLICT(409, IssueType.CONFLICT),
  VERSION_CONFLICT(412, IssueType.CONFLICT),
  MULTIPLE_MATCHES(412, IssueType.MULTIPLEMATCHES),
  VALUE_NOT_INDEXABLE(422, IssueType.TOOLONG),
  PATCH_FAILED(422, IssueType.PROCESSING),
  LINK_HELD_APART(409, IssueType.CONFLICT),
  LINK_HELD_TOGETHER(409, IssueType.CONFLICT),
  LINK_MERGED(409, IssueType.CONFLICT),
  LINK_ALONE(422, IssueType.BUSINESSRULE),
  LINK_CYCLE(422, IssueType.BUSINESSRULE),
  DECISION_UNKNOWN(404, IssueType.NOTFOUND),
  DECISION_UNDONE(409, IssueType.CONFLICT),
  DECISION_NOT_UNDOABLE(422, IssueType.BUSINESSRULE),
  MERGE_ACROSS_INSTITUTIONS(422, IssueType.BUSINESSRULE),
  MERGE_REPLACED(422, IssueType.BUSINESSRULE),
  MERGE_TWO_NUMBERS(422, IssueType.BUSINESSRULE),
  MERGE_RESULT(422, IssueType.BUSINESSRULE),
  MERGE_CHANGED_SINCE(409, IssueType.CONFLICT),
  MERGE_CONTINUED(409, IssueType.CONFLICT),
  PATIENT_AMBIGUOUS(422, IssueType.MULTIPLEMATCHES),
  CODE_SYSTEM_UNKNOWN(404, IssueType.NOTFOUND),
  CODE_SYSTEM_VERSION_UNKNOWN(404, IssueType.NOTFOUND),
  CODE_UNKNOWN(404, IssueType.CODEINVALID),
  CODE_NOT_HERE(404, IssueType.NOTFOUND),
  CODE_SYSTEM_NOT_HERE(404, IssueType.NOTFOUND),
  VALUE_SET_UNKNOWN(404, IssueType.NOTFOUND),
  CONCEPT_MAP_UNKNOWN(404, IssueType.NOTFOUND),
  MATCH_TOO_LITTLE(422, IssueType.REQUIRED),
  SOURCE_IDENTIFIER_UNKNOWN(404, IssueType.NOTFOUND),
  SOURCE_IDENTIFIER_SHARED(409, IssueType.MULTIPLEMATCHES),
  SOURCE_SYSTEM_UNKNOWN(400, IssueType.CODEINVALID),
  TARGET_SYSTEM_UNKNOWN(403, IssueType.CODEINVALID),
  TOO_COSTLY(422, IssueType.TOOCOSTLY),
  UNPROCESSABLE(422, IssueType.PROCESSING),
  DIRECTORY_LOOP(422, IssueType.BUSINESSRULE),
  MEMBERSHIP_OVERLAP(422, IssueType.BUSINESSRULE),
  MEMBERSHIP_OF_TWO(422, IssueType.BUSINESSRULE),
  TABLE_UNREADABLE(422, IssueType.STRUCTURE),
  TABLE_TOO_LARGE(413, IssueType.TOOLONG),
  TABLE_CELL(422, IssueType.VALUE),
  OVERLOADED(503, IssueType.TRANSIENT),
  TIMED_OUT(503, IssueType.TIMEOUT),
  INDEX_INCOMPLETE(503, IssueType.TRANSIENT),
  INTERNAL(500, IssueType.EXCEPTION);

  /** CodeSystem of the public codes, carried in {@code OperationOutcome.issue.details.coding}. */
  public static final String SYSTEM = Canonical.BASE + "/CodeSystem/problem";

  private final int status;
  private final IssueType issueType;

  ProblemCode(int status, IssueType issueType) {
    this.status = status;
    this.issueType = issueType;
  }

  /** The stable public code, such as {@code body-too-large}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The HTTP status of a response whose first problem is this. */
  public int status() {
    return status;
  }

  /** The FHIR issue type (value set http://hl7.org/fhir/ValueSet/issue-type). */
  public IssueType issueType() {
    return issueType;
  }
}
