package org.hutong.profiles;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.springframework.stereotype.Component;

/**
 * Stage GRAMMAR: a body that would be stored is refused when its JSON or XML is not that of FHIR,
 * before the engine reads it and mends or drops what is wrong without a word. Like what its parser
 * refuses it is then examined, so that every fault is told at once. In a batch in JSON each entry
 * stands for itself: those that cannot be read are taken out, and the others carried out.
 */
@Component
@Interceptor(order = Stage.GRAMMAR)
class GrammarStage implements EngineStage {
  private final Validation validation;
  private final Examination examination;

  GrammarStage(Validation validation, Examination examination) {
    this.validation = validation;
    this.examination = examination;
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean body(RequestDetails request) {
    RequestTypeEnum verb = request.getRequestType();
    if ((verb == RequestTypeEnum.POST || verb == RequestTypeEnum.PUT)
        && isRead(String.valueOf(request.getRequestPath()))) {
      EncodingEnum encoding = Operations.encoding(request);
      if (encoding == EncodingEnum.JSON && String.valueOf(request.getRequestPath()).isEmpty()) {
        takeOut(request);
      }
      List<JsonGrammar.Slip> slips = validation.slips(request.loadRequestContents(), encoding);
      if (!slips.isEmpty()) {
        String place = slips.get(0).place();
        String language = encoding == EncodingEnum.XML ? "XML" : "JSON";
        throw Problem.worded(
            ProblemCode.BODY_MALFORMED,
            place,
            new Bilingual(
                "%s 不是 FHIR R4 的 %s 写法".formatted(place, language),
                "%s is not written as FHIR R4 writes %s".formatted(place, language)),
            encoding == EncodingEnum.XML
                ? new Bilingual(
                    "值写在 value 属性中；元素按定义的次序排列；没有内容的不写。",
                    "Values go into the attribute value; elements stand in the order of their"
                        + " definition; what is empty is left out.")
                : new Bilingual(
                    "布尔值和数字不加引号，其余的值加引号；可重复的元素写成数组；没有内容的不写。",
                    "Booleans and numbers have no quotes, all other values have; what may repeat is"
                        + " an array; what is empty is left out."));
      }
    }
    return true;
  }

  /** What is stored, or compared with what is. */
  private static boolean isRead(String path) {
    return Examination.stores(path) || path.endsWith("/$match");
  }

  private void takeOut(RequestDetails request) {
    Examination.Batch batch =
        examination.readable(
            new String(request.loadRequestContents(), StandardCharsets.UTF_8),
            NormalStage.base(request));
    if (!batch.refused().isEmpty()) {
      request.setRequestContents(batch.text().getBytes(StandardCharsets.UTF_8));
      Examination.refuse(request, batch.refused());
    }
  }
}
