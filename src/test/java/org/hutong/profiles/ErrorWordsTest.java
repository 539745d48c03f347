package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.api.EncodingEnum;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a vendor's engineer reads of a bad resource: the place, the rule's key, the value and how to
 * mend it, in Chinese and in English, with nothing of the engine's own.
 */
class ErrorWordsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path STORY = Path.of("fhir-profiles/examples/story");
  private static final Examination EXAMINATION =
      new Examination(
          ProfileExamplesTest.R4,
          ProfileExamplesTest.VALIDATION,
          NormalTest.RESOURCES,
          (resource, at, base) -> List.of());

  private static final Map<String, String> BASES =
      Map.of(
          "P", "Patient-li-xiulan",
          "E", "Encounter-village-visit",
          "R", "ServiceRequest-referral-up",
          "O", "Organization-yunze-county-hospital",
          "C", "Condition-anterior-stemi",
          "D", "DiagnosticReport-ecg-report",
          "O2", "Observation-yunze-troponin");

  /**
   * Resource, what is changed, into what (nothing: left out), place, key, the value that the text
   * quotes, a part of the Chinese mend and a part of the English.
   */
  private static final String CASES =
      """
      P ¦ /gender ¦ "男" ¦ Patient.gender ¦ Patient.gender.binding ¦ 男 ¦ male、female、other、unknown ¦ male, female, other, unknown
      P ¦ /gender ¦ ¦ Patient.gender ¦ Patient.gender.min ¦ Patient.gender ¦ 请补上 ¦ Add
      P ¦ /birthDate ¦ "1958-3-14" ¦ Patient.birthDate ¦ Patient.birthDate.format ¦ 1958-3-14 ¦ YYYY-MM-DD ¦ YYYY-MM-DD
      P ¦ /birthDate ¦ "1958-03-15" ¦ Patient.birthDate ¦ hutong-pat-3 ¦ 1958-03-15 ¦ GB 11643 ¦ GB 11643
      P ¦ /gender ¦ "male" ¦ Patient.gender ¦ hutong-pat-4 ¦ male ¦ GB 11643 ¦ GB 11643
      P ¦ /nickname ¦ "x" ¦ Patient.nickname ¦ Patient.nickname.unknown ¦ Patient.nickname ¦ 请删去 ¦ Remove
      P ¦ /Gender ¦ "female" ¦ Patient.Gender ¦ Patient.Gender.unknown ¦ Patient.Gender ¦ 应为 Patient.gender ¦ it is Patient.gender
      P ¦ /active ¦ "yes" ¦ Patient.active ¦ Patient.active.format ¦ yes ¦ true 或 false ¦ true or false
      P ¦ /name ¦ {"text":"李"} ¦ Patient.name ¦ Patient.name.shape ¦ 李 ¦ 数组 ¦ arrays
      P ¦ /name ¦ [] ¦ Patient.name ¦ Patient.name.empty ¦ Patient.name ¦ 整个元素不写 ¦ leave the element out
      P ¦ /name ¦ null ¦ Patient.name ¦ Patient.name.shape ¦ Patient.name ¦ 数组 ¦ arrays
      P ¦ /name/0/text ¦ " " ¦ Patient.name[0].text ¦ Patient.name.text.empty ¦ Patient.name[0].text ¦ 整个元素不写 ¦ leave the element out
      P ¦ /birthDate ¦ "　" ¦ Patient.birthDate ¦ Patient.birthDate.empty ¦ Patient.birthDate ¦ 整个元素不写 ¦ leave the element out
      P ¦ /name/0/given ¦ ["三","\\t"] ¦ Patient.name[0].given[1] ¦ Patient.name.given.empty ¦ given[1] ¦ 整个元素不写 ¦ leave the element out
      P ¦ /identifier ¦ [{"system":" ","value":"1"}] ¦ Patient.identifier[0].system ¦ Patient.identifier.system.empty ¦ Patient.identifier[0].system ¦ 整个元素不写 ¦ leave the element out
      E ¦ /class/system ¦ " " ¦ Encounter.class.system ¦ Encounter.class.system.empty ¦ Encounter.class.system ¦ 整个元素不写 ¦ leave the element out
      P ¦ /contact ¦ "x" ¦ Patient.contact ¦ Patient.contact.shape ¦ x ¦ 数组 ¦ arrays
      P ¦ /deceasedString ¦ "x" ¦ Patient.deceasedString ¦ Patient.deceasedString.unknown ¦ deceasedString ¦ deceasedBoolean, deceasedDateTime ¦ deceasedBoolean, deceasedDateTime
      P ¦ /multipleBirthInteger ¦ "x" ¦ Patient.multipleBirth.ofType(integer) ¦ Patient.multipleBirth[x].format ¦ x ¦ 整数 ¦ whole number
      P ¦ /identifier/0/system ¦ "not a uri" ¦ Patient.identifier[0].system ¦ Patient.identifier.system.format ¦ not a uri ¦ urn:oid ¦ urn:oid
      P ¦ /identifier ¦ [{"value":"1"}] ¦ Patient.identifier[0].system ¦ Patient.identifier.system.min ¦ Patient.identifier[0].system ¦ 请补上 ¦ Add
      P ¦ /identifier ¦ [{"system":"urn:oid:2.16.156.10011.1.3","value":"123"}] ¦ Patient.identifier[0].value ¦ hutong-pat-1 ¦ 123 ¦ GB 11643 ¦ GB 11643
      P ¦ /identifier ¦ [{"system":"urn:oid:2.16.156.10011.1.3","value":"159981195803140026"}] ¦ Patient.identifier[0].value ¦ hutong-pat-2 ¦ 159981195803140026 ¦ GB 11643 ¦ GB 11643
      P ¦ /maritalStatus ¦ {"coding":[{"code":"20"}]} ¦ Patient.maritalStatus.coding[0] ¦ hutong-pat-6 ¦ 20 ¦ urn:oid:2.16.156.10011.2.3.3.5 ¦ urn:oid:2.16.156.10011.2.3.3.5
      P ¦ /maritalStatus ¦ {"coding":[{"system":"urn:oid:2.16.156.10011.2.3.3.5","code":"2"}]} ¦ Patient.maritalStatus ¦ Patient.maritalStatus.binding ¦ RC002 ¦ 20 已婚 ¦ 20 Married
      P ¦ /maritalStatus ¦ {"coding":[{"system":"https://hutong.org/fhir/CodeSystem/hqms-marital-status","code":"2"}]} ¦ Patient.maritalStatus ¦ Patient.maritalStatus.binding ¦ ConceptMap/$translate ¦ GB/T 2261.2 ¦ GB/T 2261.2
      P ¦ /telecom ¦ [{"system":"fon","value":"1"}] ¦ Patient.telecom[0].system ¦ Patient.telecom.system.binding ¦ fon ¦ phone、fax ¦ phone, fax
      P ¦ /telecom ¦ [{"value":"1"}] ¦ Patient.telecom[0].system ¦ cpt-2 ¦ 1 ¦ FHIR R4 ¦ FHIR R4
      P ¦ /photo ¦ [{"contentType":"image/png","data":"!!!"}] ¦ Patient.photo[0].data ¦ Patient.photo.data.format ¦ !!! ¦ Base64 ¦ Base64
      P ¦ /managingOrganization ¦ {"display":"柳溪村卫生室"} ¦ Patient.managingOrganization ¦ hutong-pat-7 ¦ 柳溪村卫生室 ¦ Organization ¦ Organization
      P ¦ /managingOrganization ¦ {"reference":"Patient/1"} ¦ Patient.managingOrganization ¦ Patient.managingOrganization.type ¦ Patient/1 ¦ 所允许的类型 ¦ a type that is allowed
      P ¦ /active ¦ "true" ¦ Patient.active ¦ Patient.active.format ¦ true ¦ 不加引号 ¦ without quotes
      P ¦ /active ¦ null ¦ Patient.active ¦ Patient.active.shape ¦ Patient.active ¦ 整个元素不写 ¦ leave the element out
      P ¦ /_active ¦ {} ¦ Patient._active ¦ Patient._active.empty ¦ Patient._active ¦ 整个元素不写 ¦ leave the element out
      P ¦ /_active ¦ null ¦ Patient._active ¦ Patient._active.empty ¦ Patient._active ¦ 整个元素不写 ¦ leave the element out
      P ¦ /multipleBirthInteger ¦ "3" ¦ Patient.multipleBirth.ofType(integer) ¦ Patient.multipleBirth[x].format ¦ 3 ¦ 不加引号 ¦ without quotes
      P ¦ /birthDate ¦ 1958 ¦ Patient.birthDate ¦ Patient.birthDate.format ¦ 1958 ¦ YYYY ¦ YYYY
      P ¦ /gender ¦ ["female"] ¦ Patient.gender ¦ Patient.gender.shape ¦ female ¦ FHIR 的 JSON ¦ JSON
      P ¦ /name/0/family ¦ 5 ¦ Patient.name[0].family ¦ Patient.name.family.format ¦ 5 ¦ 加引号 ¦ with quotes
      P ¦ /name/0/family ¦ {"a":1} ¦ Patient.name[0].family ¦ Patient.name.family.shape ¦ Patient.name[0].family ¦ FHIR 的 JSON ¦ JSON
      P ¦ /name/0/given ¦ "三" ¦ Patient.name[0].given ¦ Patient.name.given.shape ¦ 三 ¦ 数组 ¦ arrays
      P ¦ /name/0/given ¦ ["三",null] ¦ Patient.name[0].given[1] ¦ Patient.name.given.empty ¦ given[1] ¦ 整个元素不写 ¦ leave the element out
      P ¦ /name ¦ [{}] ¦ Patient.name[0] ¦ Patient.name.empty ¦ Patient.name[0] ¦ 整个元素不写 ¦ leave the element out
      P ¦ /contact ¦ {} ¦ Patient.contact ¦ Patient.contact.shape ¦ Patient.contact ¦ 数组 ¦ arrays
      P ¦ /maritalStatus ¦ {} ¦ Patient.maritalStatus ¦ Patient.maritalStatus.empty ¦ Patient.maritalStatus ¦ 整个元素不写 ¦ leave the element out
      P ¦ /maritalStatus ¦ null ¦ Patient.maritalStatus ¦ Patient.maritalStatus.shape ¦ GB/T 2261.2 ¦ 整个元素不写 ¦ leave the element out
      P ¦ /fhir_comments ¦ ["x"] ¦ Patient.fhir_comments ¦ Patient.fhir_comments.unknown ¦ fhir_comments ¦ 请删去 ¦ Remove
      P ¦ /extension ¦ [{"url":"http://his.example.com/x","valueString":"1","valueBoolean":true}] ¦ Patient.extension[0].valueBoolean ¦ x.valueBoolean.unknown ¦ valueBoolean ¦ 只保留一个 ¦ Keep one
      P ¦ /extension ¦ [{"url":"http://his.example.com/x","valueQuantity":{"value":"6.1"}}] ¦ Patient.extension[0].value.ofType(Quantity).value ¦ x.value[x].value.format ¦ 6.1 ¦ 如 6.1 ¦ such as 6.1
      P ¦ /extension ¦ [{"url":"http://his.example.com/x","valueString":["1"]}] ¦ Patient.extension[0].value.ofType(string) ¦ x.value[x].shape ¦ Patient.extension[0].value ¦ FHIR 的 JSON ¦ JSON
      P ¦ /contained ¦ [{"id":"o","active":"true","name":"某院","resourceType":"Organization"}] ¦ Patient.contained[0].active ¦ Patient.contained.active.format ¦ true ¦ 不加引号 ¦ without quotes
      P ¦ /extension ¦ [{"url":"https://hutong.org/fhir/StructureDefinition/ethnicty","valueString":"1"}] ¦ Patient.extension[0].url ¦ ethnicty.url.unknown ¦ ethnicty ¦ StructureDefinition/ethnicity； ¦ StructureDefinition/ethnicity.
      P ¦ /extension ¦ [{"url":"https://hutong.org/fhir/StructureDefinition/hutong-patient","valueString":"1"}] ¦ Patient.extension[0].url ¦ hutong-patient.url.unknown ¦ hutong-patient ¦ fhir-profiles/extensions ¦ fhir-profiles/extensions
      P ¦ /maritalStatus ¦ {"coding":[{"system":"urn:oid:2.16.156.10011.2.3.3.5","code":"20","display":"未婚"}]} ¦ Patient.maritalStatus.coding[0].display ¦ Patient.maritalStatus.coding.display.mismatch ¦ 未婚 ¦ 若是“未婚”，把 code 改为 10；若是“已婚”， ¦ for "未婚" write code 10; for "Married"
      P ¦ /maritalStatus ¦ {"coding":[{"system":"urn:oid:2.16.156.10011.2.3.3.5","code":"40","display":"ＭＡＲＲＩＥＤ"}]} ¦ Patient.maritalStatus.coding[0].display ¦ Patient.maritalStatus.coding.display.mismatch ¦ ＭＡＲＲＩＥＤ ¦ 改为 20 ¦ write code 20
      D ¦ /conclusionCode ¦ [{"coding":[{"system":"https://hutong.org/fhir/CodeSystem/abo-front-page","code":"3","display":"AB 型"}]}] ¦ DiagnosticReport.conclusionCode[0].coding[0].display ¦ DiagnosticReport.conclusionCode.coding.display.mismatch ¦ AB 型 ¦ 在“ABO 血型代码（2009）”（https://hutong.org/fhir/CodeSystem/abo-2009）中，代码 3 正是“AB 型” ¦ In "ABO blood group of 2009" (https://hutong.org/fhir/CodeSystem/abo-2009) the code 3 is "AB 型"
      P ¦ /maritalStatus ¦ {"coding":[{"system":"GB/T 2261.2","code":"20"}]} ¦ Patient.maritalStatus.coding[0].system ¦ Patient.maritalStatus.coding.system.relative ¦ GB/T 2261.2 ¦ 最接近的是 urn:oid:2.16.156.10011.2.3.3.5 ¦ the nearest is urn:oid:2.16.156.10011.2.3.3.5
      D ¦ /conclusionCode ¦ [{"coding":[{"system":"his-codes","code":"20"}]}] ¦ DiagnosticReport.conclusionCode[0].coding[0].system ¦ DiagnosticReport.conclusionCode.coding.system.relative ¦ his-codes ¦ 自己的网址 ¦ URL of your own
      D ¦ /conclusionCode ¦ [{"coding":[{"system":"1.2.156.1","code":"20"}]}] ¦ DiagnosticReport.conclusionCode[0].coding[0].system ¦ DiagnosticReport.conclusionCode.coding.system.relative ¦ 1.2.156.1 ¦ urn:oid:1.2.156.1 ¦ urn:oid:1.2.156.1
      E ¦ /class ¦ {"system":"GB/T 1","code":"AMB"} ¦ Encounter.class.system ¦ Encounter.class.system.relative ¦ GB/T 1 ¦ 自己的网址 ¦ URL of your own
      P ¦ /maritalStatus ¦ {"coding":[{"system":"https://hutong.org/fhir/CodeSystem/gb-marital-statsu","code":"20"}]} ¦ Patient.maritalStatus.coding[0].system ¦ Patient.maritalStatus.coding.system.unknown ¦ gb-marital-statsu ¦ 最接近的是 urn:oid:2.16.156.10011.2.3.3.5 ¦ nearest is urn:oid:2.16.156.10011.2.3.3.5
      D ¦ /conclusionCode ¦ [{"coding":[{"system":"https://hutong.org/fhir/CodeSystem/abo-frontpage","code":"3"}]}] ¦ DiagnosticReport.conclusionCode[0].coding[0].system ¦ DiagnosticReport.conclusionCode.coding.system.unknown ¦ abo-frontpage ¦ https://hutong.org/fhir/CodeSystem/abo-front-page ¦ https://hutong.org/fhir/CodeSystem/abo-front-page
      P ¦ /meta ¦ {"tag":[{"system":"https://hutong.org/fhir/CodeSystem/nope","code":"3"}]} ¦ Patient.meta.tag[0].system ¦ Patient.meta.tag.system.unknown ¦ nope ¦ fhir-profiles/terminology ¦ fhir-profiles/terminology
      P ¦ /name/0/extension ¦ [{"url":"https://hutong.org/fhir/nope","valueString":"1"}] ¦ Patient.name[0].extension[0].url ¦ nope.url.unknown ¦ nope ¦ 自己的网址 ¦ URL of your own
      R ¦ /extension/0 ¦ {"url":"https://hutong.org/fhir/StructureDefinition/referral-direction","valueCoding":{"system":"https://hutong.org/fhir/CodeSystem/referral-direction","version":"9.9","code":"up"}} ¦ ServiceRequest.extension[0].value.ofType(Coding).version ¦ referral-direction.value[x].version.unknown ¦ 9.9 ¦ 0.1.0 ¦ 0.1.0
      P ¦ /birthDate ¦ "2026-11-23" ¦ Patient.birthDate ¦ Patient.birthDate.future ¦ 2026-11-23 ¦ 更正出生日期 ¦ Correct the birth date
      P ¦ /birthDate ¦ "2026-12" ¦ Patient.birthDate ¦ Patient.birthDate.future ¦ 2026-12 ¦ 更正出生日期 ¦ Correct the birth date
      P ¦ /birthDate ¦ "2027" ¦ Patient.birthDate ¦ Patient.birthDate.future ¦ 2027 ¦ 更正出生日期 ¦ Correct the birth date
      P ¦ /birthDate ¦ "\\u200b" ¦ Patient.birthDate ¦ Patient.birthDate.empty ¦ Patient.birthDate ¦ 整个元素不写 ¦ leave the element out
      P ¦ /姓名 ¦ "x" ¦ Patient.`姓名` ¦ Patient.姓名.unknown ¦ Patient.`姓名` ¦ 请删去 ¦ Remove
      P ¦ /managingOrganization ¦ {"reference":""} ¦ Patient.managingOrganization.reference ¦ Patient.managingOrganization.reference.empty ¦ reference ¦ 整个元素不写 ¦ leave the element out
      P ¦ /managingOrganization ¦ {"reference":"foo bar"} ¦ Patient.managingOrganization.reference ¦ Patient.managingOrganization.reference.format ¦ foo bar ¦ 类型/编号 ¦ [type]/[id]
      P ¦ /managingOrganization ¦ {"reference":"Nope/1"} ¦ Patient.managingOrganization.reference ¦ Patient.managingOrganization.reference.format ¦ Nope/1 ¦ 类型/编号 ¦ [type]/[id]
      P ¦ /managingOrganization ¦ {"reference":"Organization/1","type":"Patient"} ¦ Patient.managingOrganization.type ¦ Patient.managingOrganization.type.type ¦ Patient ¦ 改为 Organization ¦ type Organization
      P ¦ /managingOrganization ¦ {"reference":"Organization/1","type":"Nope"} ¦ Patient.managingOrganization.type ¦ Patient.managingOrganization.type.type ¦ Nope ¦ 改为 Organization ¦ type Organization
      P ¦ /communication ¦ [{"preferred":true}] ¦ Patient.communication[0].language ¦ Patient.communication.language.min ¦ Patient.communication[0].language ¦ 依据：FHIR R4 Patient ¦ Rule: FHIR R4 Patient
      E ¦ /status ¦ ¦ Encounter.status ¦ Encounter.status.min ¦ Encounter.status ¦ 依据：FHIR R4 Encounter ¦ Rule: FHIR R4 Encounter
      E ¦ /serviceProvider ¦ ¦ Encounter.serviceProvider ¦ Encounter.serviceProvider.min ¦ Encounter.serviceProvider ¦ 依据：hutong-encounter ¦ Rule: hutong-encounter
      E ¦ /subject ¦ {"identifier":{"system":"urn:oid:2.16.156.10011.1.3","value":"159981195803140020"}} ¦ Encounter.subject ¦ hutong-enc-6 ¦ 159981195803140020 ¦ Patient?identifier= ¦ Patient?identifier=
      E ¦ /period ¦ ¦ Encounter.period.start ¦ hutong-enc-1 ¦ status = ¦ period.start ¦ period.start
      C ¦ /verificationStatus ¦ {"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]} ¦ Condition.clinicalStatus ¦ con-5 ¦ Condition.clinicalStatus ¦ con-5 ¦ con-5
      E ¦ /status ¦ "open" ¦ Encounter.status ¦ Encounter.status.binding ¦ open ¦ in-progress ¦ in-progress
      E ¦ /period ¦ {"start":"2026-10-12T09:10:00"} ¦ Encounter.period.start ¦ Encounter.period.start.format ¦ 2026-10-12T09:10:00 ¦ +08:00 ¦ +08:00
      E ¦ /period ¦ {"start":"2026-10-22","end":"2026-10-21"} ¦ Encounter.period ¦ per-1 ¦ 2026-10-22 ¦ FHIR R4 约束 per-1 ¦ per-1 of FHIR R4
      E ¦ /subject ¦ "Patient/1" ¦ Encounter.subject ¦ Encounter.subject.shape ¦ Patient/1 ¦ FHIR 的 JSON ¦ JSON
      E ¦ /subject ¦ {"reference":"Organization/1"} ¦ Encounter.subject ¦ hutong-enc-6 ¦ Organization/1 ¦ 引用 Patient ¦ Patient
      E ¦ /serviceProvider ¦ {"display":"柳溪村卫生室"} ¦ Encounter.serviceProvider ¦ hutong-enc-7 ¦ 柳溪村卫生室 ¦ Organization ¦ Organization
      E ¦ /meta ¦ {"profile":["https://hutong.org/fhir/StructureDefinition/nope"]} ¦ Encounter.meta.profile[0] ¦ Encounter.meta.profile.profile ¦ nope ¦ meta.profile ¦ meta.profile
      E ¦ /contained ¦ [{"resourceType":"Organization","id":"o","name":"某院","partOf":{"reference":"Patient/1"}}] ¦ Encounter.contained[0].partOf ¦ Encounter.contained.partOf.type ¦ Patient/1 ¦ 所允许的类型 ¦ a type that is allowed
      R ¦ /identifier ¦ ¦ ServiceRequest.identifier ¦ ServiceRequest.identifier.referralNo.min ¦ referralNo ¦ hutong-referral ¦ hutong-referral
      R ¦ /extension/0 ¦ {"url":"https://hutong.org/fhir/StructureDefinition/referral-direction","valueString":"up"} ¦ ServiceRequest.extension[0].value ¦ referral-direction.value[x].type ¦ up ¦ Coding ¦ Coding
      R ¦ /extension/0 ¦ {"url":"https://hutong.org/fhir/StructureDefinition/referral-direction","valueCoding":{"system":"https://hutong.org/fhir/CodeSystem/referral-direction","code":"zz"}} ¦ ServiceRequest.extension[0].value.ofType(Coding) ¦ referral-direction.value[x].binding ¦ zz ¦ up 上转 ¦ up
      R ¦ /category ¦ [{"coding":[{"code":"referral"}]}] ¦ ServiceRequest.category[0].coding[0] ¦ hutong-req-1 ¦ referral ¦ 请补上 system。本包以代码“referral”识别此资源，其 system 为 https://hutong.org/fhir/CodeSystem/request-category。 ¦ recognises the resource; its system is https://hutong.org/fhir/CodeSystem/request-category.
      P ¦ /meta ¦ {"security":[{"code":"R"}]} ¦ Patient.meta.security[0] ¦ hutong-pat-6 ¦ R ¦ ”。代码取自别的表的 ¦ ". A code of another table
      R ¦ /performer ¦ [{"reference":"Organization/qinghe-township-health-centre"}] ¦ ServiceRequest.performer[0] ¦ hutong-ref-2 ¦ performer[0] = Organization/qinghe-township-health-centre, requester-organization = Organization/qinghe-township-health-centre ¦ 更正转出机构 ¦ Correct the referring
      P ¦ /meta ¦ {"profile":["https://hutong.org/fhir/StructureDefinition/patient"]} ¦ Patient.meta.profile[0] ¦ Patient.meta.profile.profile ¦ StructureDefinition/patient ¦ StructureDefinition/hutong-patient。 ¦ StructureDefinition/hutong-patient.
      R ¦ /intent ¦ "plan" ¦ ServiceRequest.intent ¦ ServiceRequest.intent.pattern ¦ plan ¦ 请改为 order ¦ Use order
      R ¦ /requester ¦ {"reference":"#nothing"} ¦ ServiceRequest.requester ¦ ServiceRequest.requester.local ¦ #nothing ¦ contained ¦ contained
      R ¦ /requester ¦ {"reference":"Patient"} ¦ ServiceRequest.requester.reference ¦ ServiceRequest.requester.reference.format ¦ Patient ¦ 类型/编号 ¦ [type]/[id]
      R ¦ /performer ¦ [{"reference":"Practitioner/1"}] ¦ ServiceRequest.performer[0] ¦ hutong-ref-7 ¦ Practitioner/1 ¦ Organization ¦ Organization
      O ¦ /identifier ¦ [{"system":"https://hutong.org/fhir/sid/uscc","value":"abc"}] ¦ Organization.identifier[0].value ¦ hutong-org-4 ¦ abc ¦ GB 32100 ¦ GB 32100
      C ¦ /clinicalStatus ¦ {"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"aktiv"}]} ¦ Condition.clinicalStatus ¦ Condition.clinicalStatus.binding ¦ aktiv ¦ active ¦ active
      R ¦ /category/0/coding/0/code ¦ "transfer" ¦ ServiceRequest.category[0] ¦ ServiceRequest.category.binding ¦ transfer ¦ referral 双向转诊 ¦ referral Two-way referral
      E ¦ /type ¦ [{"coding":[{"system":"https://hutong.org/fhir/CodeSystem/visit-type","code":"1"}]}] ¦ Encounter.type[0] ¦ Encounter.type.binding ¦ visit-type#1 ¦ 若指“门诊”，请写 01。 ¦ write 01.
      E ¦ /class ¦ {"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}]} ¦ Encounter.class.coding ¦ Encounter.class.coding.unknown ¦ Encounter.class.coding ¦ Encounter.class 是 Coding ¦ Encounter.class is a Coding
      E ¦ /class ¦ {"code":"AMB"} ¦ Encounter.class ¦ hutong-enc-5 ¦ AMB ¦ 写那张表的规范地址。依据 ¦ that table's canonical. Rule
      P ¦ /maritalStatus ¦ {"system":"urn:oid:2.16.156.10011.2.3.3.5","code":"20"} ¦ Patient.maritalStatus.code ¦ Patient.maritalStatus.code.unknown ¦ Patient.maritalStatus.code ¦ 写进 Patient.maritalStatus.coding[0] ¦ into Patient.maritalStatus.coding[0]
      P ¦ /identifier ¦ [{"value":"1"}] ¦ Patient.identifier[0].system ¦ Patient.identifier.system.min ¦ Patient.identifier[0].system ¦ Patient.identifier[0].value“1”是哪种号码，如居民身份证写 urn:oid:2.16.156.10011.1.3 ¦ such as urn:oid:2.16.156.10011.1.3 for the identity card
      R ¦ /identifier ¦ ¦ ServiceRequest.identifier ¦ ServiceRequest.identifier.referralNo.min ¦ referralNo ¦ system 为 https://hutong.org/fhir/sid/referral-no ¦ its system is https://hutong.org/fhir/sid/referral-no
      R ¦ /extension ¦ ¦ ServiceRequest.extension ¦ ServiceRequest.extension.direction.min ¦ direction ¦ url 为 https://hutong.org/fhir/StructureDefinition/referral-direction，值写在 valueCoding 中。请以 system = https://hutong.org/fhir/CodeSystem/referral-direction 选用：up 上转 ¦ its value goes into valueCoding. With system
      E ¦ /period ¦ {"start":"2026-10-12","end":"2126-10-12"} ¦ Encounter.period.end ¦ Encounter.period.end.implausible ¦ 2126-10-12 ¦ 请核对日期 ¦ Check the date
      E ¦ /period ¦ {"start":"0026-10-12","end":"2026-10-12"} ¦ Encounter.period.start ¦ Encounter.period.start.implausible ¦ 0026-10-12 ¦ 请核对日期 ¦ Check the date
      E ¦ /period ¦ {"start":"2026-10-12","end":"2026-11-24"} ¦ Encounter.period.end ¦ Encounter.period.end.implausible ¦ 2026-11-22 ¦ 只提示，不拒收 ¦ no refusal
      D ¦ /effectiveDateTime ¦ "2027-01-01" ¦ DiagnosticReport.effective.ofType(dateTime) ¦ DiagnosticReport.effective[x].implausible ¦ 2026-11-22 ¦ 只提示，不拒收 ¦ no refusal
      O2 ¦ /valueQuantity ¦ {"value":6.1,"unit":"次/分","system":"http://unitsofmeasure.org","code":"次/分"} ¦ Observation.value.ofType(Quantity) ¦ Observation.value[x].binding ¦ 次/分 ¦ code 改为 /min ¦ code /min
      O2 ¦ /valueQuantity ¦ {"value":6.1,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mmHg"} ¦ Observation.value.ofType(Quantity) ¦ Observation.value[x].binding ¦ mmHg ¦ mm[Hg] ¦ mm[Hg]
      O2 ¦ /valueQuantity ¦ {"value":36.1,"unit":"℃","system":"http://unitsofmeasure.org","code":"℃"} ¦ Observation.value.ofType(Quantity) ¦ Observation.value[x].binding ¦ ℃ ¦ Cel ¦ Cel
      O2 ¦ /valueQuantity ¦ {"value":36.1,"system":"http://unitsofmeasure.org","code":"μmol/L"} ¦ Observation.value.ofType(Quantity) ¦ Observation.value[x].binding ¦ mol/L ¦ umol/L ¦ umol/L
      D ¦ /issued ¦ "2026-10-12" ¦ DiagnosticReport.issued ¦ DiagnosticReport.issued.format ¦ 2026-10-12 ¦ 时区 ¦ offset
      """;

  record Case(
      String base,
      String pointer,
      String change,
      String place,
      String key,
      String value,
      String zh,
      String en) {
    static Case of(String line) {
      String[] cells = line.split("¦");
      for (int i = 0; i < cells.length; i++) {
        cells[i] = cells[i].strip();
      }
      return new Case(
          cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]);
    }
  }

  static Stream<Case> cases() {
    return CASES.lines().map(Case::of);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void namesPlaceKeyValueAndMendInBothLanguages(Case bad) throws IOException {
    List<Problem.Issue> issues =
        EXAMINATION.of(changed(bad.base(), bad.pointer(), bad.change()), EncodingEnum.JSON, "");
    assertThat(issues).isNotEmpty();
    Problem problem = new Problem(issues);
    for (Language language : Language.values()) {
      List<OperationOutcomeIssueComponent> told = Outcomes.render(problem, language).getIssue();
      assertThat(told)
          .as(told.stream().map(ErrorWordsTest::words).toList().toString())
          .anySatisfy(
              issue -> {
                assertThat(issue.getExpression().get(0).getValue()).isEqualTo(bad.place());
                assertThat(issue.getDetails().getCoding().get(1).getCode()).isEqualTo(bad.key());
                assertThat(issue.getDetails().getText()).contains(bad.value());
                assertThat(issue.getDiagnostics())
                    .contains(language == Language.ZH ? bad.zh() : bad.en());
              });
      for (OperationOutcomeIssueComponent issue : told) {
        assertThat(words(issue)).doesNotContain("HAPI", "org.hl7", "ca.uhn", "java.", "null");
        if (language == Language.ZH) {
          assertThat(words(issue)).doesNotMatch("(?s).*(?<![\\w/.:-])[a-z]+ [a-z]+ [a-z]+ .*");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void blamesOneElementOnce(Case bad) throws IOException {
    List<Problem.Issue> issues =
        EXAMINATION.of(changed(bad.base(), bad.pointer(), bad.change()), EncodingEnum.JSON, "");
    assertThat(
            issues.stream()
                .filter(issue -> bad.place().equals(issue.location()))
                .filter(issue -> key(issue).equals(bad.key()) || !key(issue).startsWith("hutong-")))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-05-01T10:00:00+08:00, 2025-05-01, true",
    "2025-05-01T23:59:59+08:00, 2025-05, true",
    "2025-05-01, 2025, true",
    "2025-05-01, 2025-05-01T00:00:00+08:00, true",
    "2025-05-02T10:00:00+08:00, 2025-05-01, false",
    "2025-06, 2025-05-31, false",
    "2025-05-02, 2025-05-01T10:00:00+08:00, false",
    "2025-05-01T10:00:00+08:00, 2025-05-01T09:00:00+08:00, false"
  })
  void takesTheEndOfAPeriodWithAllThatItIncludes(String start, String end, boolean fits)
      throws IOException {
    String period = "{\"start\":\"%s\",\"end\":\"%s\"}".formatted(start, end);
    List<Problem.Issue> json =
        EXAMINATION.of(changed("E", "/period", period), EncodingEnum.JSON, "");
    assertThat(json.stream().map(ErrorWordsTest::key).anyMatch("per-1"::equals)).isEqualTo(!fits);
    String xml =
        "<Patient xmlns=\"http://hl7.org/fhir\"><name><text value=\"x\"/><period><start value=\"%s\"/>"
                .formatted(start)
            + "<end value=\"%s\"/></period></name><gender/></Patient>".formatted(end);
    assertThat(
            EXAMINATION.of(xml, EncodingEnum.XML, "").stream()
                .map(ErrorWordsTest::key)
                .anyMatch("per-1"::equals))
        .isEqualTo(!fits);
  }

  @Test
  void tellsAnImpossibleValueBesideASecondTypeOfAChoice() {
    assertThat(
            EXAMINATION
                .of(
                    """
                    {"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2025-02-30"}""",
                    EncodingEnum.JSON,
                    "")
                .stream()
                .map(Problem.Issue::location))
        .contains("Patient.deceasedDateTime", "Patient.deceased.ofType(dateTime)");
  }

  @Test
  void tellsAnEmptyElementOfXmlOnceAndMendsItAsXml() {
    List<Problem.Issue> issues =
        EXAMINATION.of(
            """
            <Patient xmlns="http://hl7.org/fhir"><active value="yes"/><name><text value="x"/></name>
            <telecom/><birthDate>1958</birthDate></Patient>""",
            EncodingEnum.XML,
            "");
    assertThat(issues.stream().map(Problem.Issue::location))
        .containsOnlyOnce("Patient.telecom[0]")
        .doesNotContain("Patient.telecom");
    for (Language language : Language.values()) {
      assertThat(
              Outcomes.render(new Problem(issues), language).getIssue().stream()
                  .map(ErrorWordsTest::words)
                  .toList()
                  .toString())
          .contains("XML")
          .doesNotContain("JSON");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://other.example/fhir/Organization/1 | reference-foreign",
        "HTTPS://other.example/fhir/Organization/1 | reference-foreign",
        "Organization/1/_history/2 | reference-versioned",
        "javascript:alert(1) | reference-unresolvable",
        "mailto:a@b.example | reference-unresolvable",
        "urn:uuid:6d1b3c52-0000-4000-8000-000000000001 | reference-unresolvable",
        "urn:oid:1.2.3 | reference-unresolvable",
        "http://localhost/fhir/Organization/1 | ",
        "Organization?identifier=1/_history/2 | ",
        "Organization/1 | "
      })
  void tellsAReferenceThatNobodyHereCouldFollow(String reference, @Nullable String code)
      throws IOException {
    String sent =
        changed("P", "/managingOrganization", "{\"reference\":\"%s\"}".formatted(reference));
    for (String text : List.of(sent, sent.replace("\"gender\":", "\"unknown\":1,\"gender\":"))) {
      assertThat(
              EXAMINATION.of(text, EncodingEnum.JSON, "http://localhost/fhir").stream()
                  .filter(issue -> issue.code() != ProblemCode.PROFILE_VIOLATED)
                  .map(issue -> issue.location() + " " + issue.code().code()))
          .isEqualTo(code == null ? List.of() : List.of("Patient.managingOrganization " + code));
    }
  }

  @Test
  void letsAnEntryOfATransactionReferToAnother() {
    String bundle =
        """
        {"resourceType":"Bundle","type":"%s","entry":[
         {"fullUrl":"urn:uuid:1","request":{"method":"POST","url":"Organization"},
          "resource":{"resourceType":"Organization","foo":1}},
         {"fullUrl":"urn:uuid:2","request":{"method":"POST","url":"Organization"},
          "resource":{"resourceType":"Organization","partOf":{"reference":"urn:uuid:1"}}}]}""";
    assertThat(
            EXAMINATION.of(bundle.formatted("transaction"), EncodingEnum.JSON, "").stream()
                .map(Problem.Issue::code))
        .doesNotContain(ProblemCode.REFERENCE_UNRESOLVABLE);
    assertThat(
            EXAMINATION.of(bundle.formatted("batch"), EncodingEnum.JSON, "").stream()
                .filter(issue -> issue.code() == ProblemCode.REFERENCE_UNRESOLVABLE)
                .map(Problem.Issue::location))
        .containsExactly("Bundle.entry[1].resource.partOf");
  }

  @ParameterizedTest
  @CsvSource({"transaction, true", "batch, true", "collection, false", "document, false"})
  void examinesABundleWithItsEntries(String type, boolean requests) {
    String entry =
        """
        {"fullUrl":"http://his.example/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1",
         "gender":"男","generalPractitioner":[{"reference":"http://his.example/fhir/Organization/1"}]}%s}"""
            .formatted(requests ? ",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}" : "");
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"total\":1,\"nope\":1,\"entry\":[%s]}"
            .formatted(type, entry);
    List<Problem.Issue> issues = EXAMINATION.ofBundle(bundle, EncodingEnum.JSON, null, "");
    assertThat(issues.stream().map(issue -> issue.location() + " " + key(issue)))
        .contains(
            "Bundle.nope Bundle.nope.unknown",
            "Bundle.total bdl-1",
            "Bundle.entry[0].resource.gender Patient.gender.binding")
        .doesNotHaveDuplicates();
    assertThat(issues.stream().anyMatch(issue -> issue.code() == ProblemCode.REFERENCE_FOREIGN))
        .isEqualTo(requests);
    if (type.equals("document")) {
      assertThat(issues.stream().map(ErrorWordsTest::key)).contains("bdl-9", "bdl-10", "bdl-11");
    }
  }

  @ParameterizedTest
  @CsvSource({"transaction", "collection"})
  void goesOnBesideAResourceOfNoType(String type) {
    List<Problem.Issue> issues =
        EXAMINATION.ofBundle(
            """
            {"resourceType":"Bundle","type":"%s","entry":[{"resource":{"resourceType":"Foo"}},
            {"resource":{"resourceType":"Patient","gender":"x"},
             "request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(type),
            EncodingEnum.JSON,
            null,
            "");
    assertThat(issues.stream().map(issue -> issue.location() + " " + issue.code().code()))
        .contains(
            "Bundle.entry[0].resource type-unsupported",
            "Bundle.entry[1].resource.gender profile-violated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "transaction | \"post\" | Bundle.entry[0].request.method | post | GET, POST, PUT, PATCH, DELETE",
        "batch | \"FETCH\" | Bundle.entry[0].request.method | FETCH | GET, POST",
        "transaction | 1 | Bundle.entry[0].request.method | 1 | GET, POST",
        "Transaction | \"POST\" | Bundle.type | Transaction | transaction, batch",
        "nope | \"POST\" | Bundle.type | nope | transaction, batch"
      })
  void saysOfABundleWhoseCodesAreUnknownWhatTheWriteSays(
      String type, String method, String place, String code, String codes) {
    String json =
        """
        {"resourceType":"Bundle","type":"%s","entry":[{},
         {"request":{"method":%s,"url":"Patient"}}]}"""
            .formatted(type, method);
    String at = place.replace("[0]", "[1]");
    List<Problem.Issue> issues = EXAMINATION.ofBundle(json, EncodingEnum.JSON, null, "");
    assertThat(issues).filteredOn(issue -> at.equals(issue.location())).hasSize(1);
    assertThat(Outcomes.render(new Problem(issues), Language.ZH).getIssue())
        .anySatisfy(
            issue -> {
              assertThat(issue.getExpression().get(0).getValue()).isEqualTo(at);
              assertThat(issue.getDetails().getText()).isEqualTo("没有这样的代码：" + code);
              assertThat(issue.getDiagnostics()).contains("请用：" + codes);
            });
    String xml =
        "<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"%s\"/><entry><request>".formatted(type)
            + "<method value=\"%s\"/><url value=\"Patient\"/></request></entry></Bundle>"
                .formatted(method.replace("\"", ""));
    assertThat(EXAMINATION.ofBundle(xml, EncodingEnum.XML, null, ""))
        .filteredOn(issue -> place.equals(issue.location()))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"transaction, false", "batch, false", "collection, true"})
  void letsAnEntryToBeStoredBeCalledByAnyName(String type, boolean told) {
    String bundle =
        """
        {"resourceType":"Bundle","type":"%s","entry":[{"fullUrl":"urn:uuid:patient-1",
         "request":{"method":"DELETE","url":"Patient/1"}}]}"""
            .formatted(type);
    assertThat(
            EXAMINATION.ofBundle(bundle, EncodingEnum.JSON, null, "").stream()
                .anyMatch(issue -> "Bundle.entry[0].fullUrl".equals(issue.location())))
        .isEqualTo(told);
  }

  @Test
  void tellsOfABundleWithoutTypeNothingThatGoesByIt() {
    assertThat(
            EXAMINATION
                .ofBundle("{\"resourceType\":\"Bundle\"}", EncodingEnum.JSON, null, "")
                .stream()
                .map(ErrorWordsTest::key))
        .containsExactly("Bundle.type.min");
  }

  @Test
  void examinesABundleInXml() {
    List<Problem.Issue> issues =
        EXAMINATION.ofBundle(
            """
            <Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><total value="1"/><entry>
            <resource><Patient><gender value="男"/></Patient></resource><request><method value="POST"/>
            <url value="Patient"/></request></entry></Bundle>""",
            EncodingEnum.XML,
            null,
            "");
    assertThat(issues.stream().map(Problem.Issue::location))
        .contains(
            "Bundle.total", "Bundle.entry[0].resource.gender", "Bundle.entry[0].resource.name");
  }

  @Test
  void tellsOfAnUnknownProfileOnceAndWhereItIsDeclared() {
    assertThat(
            EXAMINATION.of(
                """
                {"resourceType":"Observation","meta":{"profile":["http://example.org/no"]},
                 "status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"}}""",
                EncodingEnum.JSON,
                ""))
        .filteredOn(issue -> String.valueOf(issue).contains("example.org/no"))
        .singleElement()
        .satisfies(issue -> assertThat(issue.location()).isEqualTo("Observation.meta.profile[0]"));
  }

  @Test
  void tellsEveryFaultAtOnce() {
    List<String> places =
        EXAMINATION
            .of(
                """
                {"resourceType":"Patient","gender":"男","birthDate":"1958-3-14","nick":"x",
                 "active":"yes","name":[{"text":5}]}""",
                EncodingEnum.JSON,
                "")
            .stream()
            .map(issue -> String.valueOf(issue.location()))
            .toList();
    assertThat(places)
        .containsExactlyInAnyOrder(
            "Patient.gender",
            "Patient.birthDate",
            "Patient.nick",
            "Patient.active",
            "Patient.name[0].text",
            "Patient.identifier",
            "Patient.managingOrganization");
  }

  @Test
  void tellsOfPlainCodesBesideACodingWithoutSystem() {
    assertThat(
            EXAMINATION
                .of(
                    """
                    {"resourceType":"Patient","gender":"男","telecom":[{"system":"电话","value":"1"}],
                     "maritalStatus":{"coding":[{"code":"20"}]}}""",
                    EncodingEnum.JSON,
                    "")
                .stream()
                .filter(issue -> !issue.warning())
                .map(issue -> issue.location() + " " + key(issue)))
        .contains(
            "Patient.gender Patient.gender.binding",
            "Patient.telecom[0].system Patient.telecom.system.binding",
            "Patient.maritalStatus.coding[0] hutong-pat-6")
        .filteredOn(told -> told.contains("maritalStatus"))
        .hasSize(1);
  }

  @Test
  void tellsNothingElseOfWhatIsWrittenInTheWrongType() throws IOException {
    for (String[] bad :
        new String[][] {
          {"/active", "\"true\""},
          {"/active", "null"},
          {"/_active", "null"},
          {"/contact", "{}"},
          {"/maritalStatus", "null"},
          {"/text", "{\"status\":\"generated\",\"div\":5}"},
          {"/extension", "[{\"url\":\"http://his.example.com/x\",\"valueString\":[\"1\"]}]"},
          {"/extension", "[{\"url\":5,\"valueString\":\"1\"}]"},
          {
            "/extension",
            "[{\"url\":\"https://hutong.org/fhir/StructureDefinition/hutong-patient\"}]"
          },
        }) {
      assertThat(EXAMINATION.of(changed("P", bad[0], bad[1]), EncodingEnum.JSON, ""))
          .as(bad[0] + " " + bad[1])
          .hasSize(1);
    }
  }

  @Test
  void tellsOfTheBundleItselfToo() {
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","link":[],"entry":[
         {"request":{"method":"POST","url":5},"resource":{"active":"true","resourceType":"Patient"}}]}""";
    assertThat(EXAMINATION.of(bundle, EncodingEnum.JSON, "").stream().map(Problem.Issue::location))
        .contains("Bundle.link", "Bundle.entry[0].request.url", "Bundle.entry[0].resource.active");
  }

  @Test
  void namesTheEntriesOfABundleInJsonAndXml() {
    String json =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient","gender":"男"}},
         {"request":{"method":"DELETE","url":"Patient/1"}},
         {"request":{"method":"POST","url":"Encounter"},"resource":{"resourceType":"Encounter","foo":1}}]}""";
    String xml =
        """
        <Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><resource><Patient>
        <gender value="男"/></Patient></resource><request><method value="POST"/><url value="Patient"/>
        </request></entry></Bundle>""";
    assertThat(EXAMINATION.of(json, EncodingEnum.JSON, "").stream().map(Problem.Issue::location))
        .contains("Bundle.entry[0].resource.gender", "Bundle.entry[2].resource.foo");
    assertThat(EXAMINATION.of(xml, EncodingEnum.XML, "").stream().map(Problem.Issue::location))
        .contains("Bundle.entry[0].resource.gender", "Bundle.entry[0].resource.name");
  }

  @Test
  void doesNotAccuseOfRulesAboutWhatIsMissing() {
    assertThat(
            EXAMINATION.of("{\"resourceType\":\"Encounter\"}", EncodingEnum.JSON, "").stream()
                .map(ErrorWordsTest::key))
        .containsExactlyInAnyOrder(
            "Encounter.status.min",
            "Encounter.class.min",
            "Encounter.subject.min",
            "Encounter.serviceProvider.min");
  }

  @Test
  void leavesAloneWhatIsNoResourceToBeStored() {
    assertThat(EXAMINATION.of("{\"resourceType\":\"Parameters\",\"x\":1}", EncodingEnum.JSON, ""))
        .isEmpty();
    assertThat(EXAMINATION.of("{", EncodingEnum.JSON, "")).isEmpty();
    assertThat(EXAMINATION.of("<x", EncodingEnum.XML, "")).isEmpty();
  }

  @Test
  void shortensAndCleansWhatItQuotes() {
    String long1 = "男\\u202e".repeat(100);
    List<Problem.Issue> issues =
        EXAMINATION.of(
            "{\"resourceType\":\"Patient\",\"gender\":\"" + long1 + "\"}", EncodingEnum.JSON, "");
    String text =
        Outcomes.render(new Problem(issues), Language.ZH).getIssue().stream()
            .filter(issue -> issue.getExpression().get(0).getValue().equals("Patient.gender"))
            .map(ErrorWordsTest::words)
            .toList()
            .toString();
    assertThat(text).contains("男?男?", "…").doesNotContain("\u202e");
    assertThat(text).doesNotContain("男?".repeat(41));
  }

  @Test
  void hasEveryConstraintOfFhirInBothLanguages() {
    Constraints constraints = Constraints.fromClassPath();
    for (String key : constraints.keys()) {
      assertThat(constraints.of(key)).as(key).isNotNull();
    }
  }

  @Test
  void statesEveryRuleAsARuleAndNotAsAFact() {
    Map<String, String> rules = new TreeMap<>();
    FhirPackage fhirPackage = FhirPackage.fromClassPath(ProfileExamplesTest.R4);
    for (String key : fhirPackage.keys()) {
      rules.put(key, Objects.requireNonNull(fhirPackage.rule(key)).what().en());
    }
    Constraints constraints = Constraints.fromClassPath();
    for (String key : constraints.keys()) {
      rules.put(key, Objects.requireNonNull(constraints.of(key)).en());
    }
    assertThat(rules)
        .allSatisfy(
            (key, rule) -> assertThat(rule).containsPattern("\\b(must|may|cannot|should)\\b"));
  }

  private static String key(Problem.Issue issue) {
    Problem.Wording wording = issue.wording();
    return wording == null ? "" : String.valueOf(wording.rule());
  }

  private static String words(OperationOutcomeIssueComponent issue) {
    return issue.getDetails().getText()
        + " | "
        + issue.getDiagnostics()
        + " | "
        + issue.getDetails().getCoding().get(1).getCode()
        + " | "
        + issue.getExpression().get(0).getValue();
  }

  private static String changed(String base, String pointer, String change) throws IOException {
    JsonNode root = JSON.readTree(Files.readString(STORY.resolve(BASES.get(base) + ".json")));
    JsonPointer at = JsonPointer.compile(pointer);
    JsonNode parent = root.at(at.head());
    String name = at.last().getMatchingProperty();
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), JSON.readTree(change));
    } else if (change.isEmpty()) {
      ((ObjectNode) parent).remove(List.of(name, "_" + name));
    } else {
      ((ObjectNode) parent).set(name, JSON.readTree(change));
    }
    return root.toString();
  }
}
