/* xml_sample.c — Job: small official XML files of one invented person, for tests of the parsers. */
#include "tests/lib/xml_sample.h"

#define HEAD                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader>"                            \
    "<ProcessExecutionTime>20261124101112</ProcessExecutionTime>"                                  \
    "<SegmentOfResult>1</SegmentOfResult><CharacterCodeIdentifier>0</CharacterCodeIdentifier>"

const char xml_sample_eligibility[] = HEAD
    "</MessageHeader><MessageBody>"
    "<ProcessingResultStatus>1</ProcessingResultStatus>"
    "<QualificationValidity>1</QualificationValidity><ReferenceNumber>77</ReferenceNumber>"
    "<InsurerNumber>06139999</InsurerNumber><InsuredCardSymbol>試</InsuredCardSymbol>"
    "<InsuredIdentificationNumber>123</InsuredIdentificationNumber>"
    "<InsuredBranchNumber>01</InsuredBranchNumber><Name>試験　花子</Name>"
    "<NameKana>シケン　ハナコ</NameKana><Sex1>2</Sex1><Birthdate>19501231</Birthdate>"
    "<Address>東京都</Address><FutureTag>new</FutureTag>"
    "<PharmaceuticalInfoConsFlg>1</PharmaceuticalInfoConsFlg>"
    "<PharmaceuticalInfoConsTime>20261124100000</PharmaceuticalInfoConsTime>"
    "<DiagnosisInfoConsFlg>1</DiagnosisInfoConsFlg><OperationInfoConsFlg>1</OperationInfoConsFlg>"
    "<SpecificHealthCheckupsInfoConsFlg>1</SpecificHealthCheckupsInfoConsFlg>"
    "</MessageBody></XmlMsg>";

const char xml_sample_eligibility_face[] =
    HEAD "</MessageHeader><MessageBody><ResultList><ResultOfQualificationConfirmation>"
         "<PharmacistsInfoConsFlg>0</PharmacistsInfoConsFlg><Between>x</Between>"
         "<DiagnosisInfoConsFlg>0</DiagnosisInfoConsFlg><Sex1>9</Sex1>"
         "<SpecificHealthCheckupsInfoConsFlg>1</SpecificHealthCheckupsInfoConsFlg>"
         "<Birthdate>19501231</Birthdate><InsurerNumber>  139999</InsurerNumber>"
         "<NameKana>ｼｹﾝ ﾊﾅｺ</NameKana><Name>試験　花子</Name>"
         "</ResultOfQualificationConfirmation></ResultList></MessageBody></XmlMsg>";

/* clang-format off: it counts a wide letter as two columns */
#define PERSON                                                                                     \
    "<QuaInf><Name>試験　花子</Name><KanaName>シケン ハナコ</KanaName>"                 \
    "<Birth>19501231</Birth><AdmGendCode>2</AdmGendCode></QuaInf></MessageHeader><MessageBody>"
/* clang-format on */

const char xml_sample_medication[] = HEAD PERSON
    "<MeTrMonthInf><DiOrg>2</DiOrg><MeTrDiHCd>1312345678</MeTrDiHCd>"
    "<MeTrDiHNm>試験病院</MeTrDiHNm><PrlsHCd/><PrlsHNm/><MeTrMonth>202609</MeTrMonth>"
    "<PrIsOrg>2</PrIsOrg><InOut>2</InOut><DiDateInfs><DiDateInf><DiDate>20260903</DiDate>"
    "<PrDate>20260902</PrDate><DrugInfs><DrugInf><DrugC>610443047</DrugC><DrugN>試験錠５ｍｇ</"
    "DrugN>"
    "<IngreN>試験成分</IngreN><Qua1>1</Qua1><Unit>錠</Unit><UsageN>１日１回朝食後</UsageN>"
    "<SpInst/><Times>30</Times><MeTrIdCl>21</MeTrIdCl><New><Deep>7</Deep></New></DrugInf>"
    "<DrugInf><DrugC>620000002</DrugC><DrugN>単位なし</DrugN><Qua1>0.50</Qua1><Unit></Unit>"
    "</DrugInf></DrugInfs><MeTrInfs>"
    "<MeTrInf><SinInfCd>150000001</SinInfCd><SinInfN>手術Ａ</SinInfN><MeTrIdCl>50</MeTrIdCl>"
    "<Times>1</Times></MeTrInf>"
    "<MeTrInf><SinInfCd>140000002</SinInfCd><SinInfN>人工腎臓（慢性維持透析）</SinInfN>"
    "<MeTrIdCl>40</MeTrIdCl><Qua1>4</Qua1><Times>1</Times><Unit>時間</Unit></MeTrInf>"
    "<MeTrInf><SinInfCd>160000003</SinInfCd><SinInfN>検査Ｂ</SinInfN><MeTrIdCl>60</MeTrIdCl>"
    "<Odd>z</Odd></MeTrInf></MeTrInfs></DiDateInf>"
    "<DiDateInf><DiDate>20260903</DiDate></DiDateInf></DiDateInfs><MonthTag>m</MonthTag>"
    "</MeTrMonthInf><MeTrMonthInf><MeTrDiHCd>1312345678</MeTrDiHCd>"
    "<MeTrDiHNm>試験病院</MeTrDiHNm><MeTrMonth>202610</MeTrMonth></MeTrMonthInf>"
    "<ShPrInf><ShPrMonthInf><ShMeTrDiHCd>1399999999</ShMeTrDiHCd>"
    "<ShMeTrDiHNm>試験医院</ShMeTrDiHNm><ShPrMonth>202611</ShPrMonth><ShPrDateInfs><ShPrDateInf>"
    "<ShPrDate>20261120</ShPrDate><ShDrugInfs><ShDrugInf><ShDrugC>610443047</ShDrugC>"
    "<ShDrugN>試験錠５ｍｇ</ShDrugN><ShQua1>2</ShQua1><ShUnit>錠</ShUnit></ShDrugInf></ShDrugInfs>"
    "</ShPrDateInf></ShPrDateInfs></ShPrMonthInf></ShPrInf>"
    "<CzDiInf><CzDiMonthInf><CzMeTrDiHNm>試験薬局</CzMeTrDiHNm><CzPrlsHNm>試験医院</CzPrlsHNm>"
    "<CzDiMonth>202611</CzDiMonth><CzDiDateInfs><CzDiDateInf><CzDiDate>20261121</CzDiDate>"
    "<CzPrDate>20261120</CzPrDate><CzDrugInfs><CzDrugInf><CzDrugN>試験散</CzDrugN>"
    "<CzUsageCl>1</CzUsageCl></CzDrugInf></CzDrugInfs></CzDiDateInf></CzDiDateInfs>"
    "</CzDiMonthInf></CzDiInf><BodyTag>b</BodyTag></MessageBody></XmlMsg>";

const char xml_sample_checkup[] = HEAD
    "<QualificationsInfo><Name>試験　花子</Name><KanasName>ｼｹﾝ ﾊﾅｺ</KanasName>"
    "<Birthday>1950-12-31</Birthday><AdministrativeGenderCode>2</AdministrativeGenderCode>"
    "</QualificationsInfo></MessageHeader><MessageBody><SpecificHealthCheckupInfos>"
    "<SpecificHealthCheckupInfo><EffectiveTime>20260601</EffectiveTime>"
    "<HealthCheckupResultAndQuestionInfos><HealthCheckupResultAndQuestionInfo>"
    "<ItemCode>9A755000000000001</ItemCode><ItemName>収縮期血圧</ItemName><DataType>PQ</DataType>"
    "<DataValue>0128</DataValue><Unit>mmHg</Unit></HealthCheckupResultAndQuestionInfo>"
    "<HealthCheckupResultAndQuestionInfo><ItemCode>9N706000000000011</ItemCode>"
    "<ItemName>服薬１</ItemName><DataType>CD</DataType><DataValue>1</DataValue><Unit/>"
    "<Oid>1.2.392</Oid><DataValueName>はい</DataValueName><X>y</X>"
    "</HealthCheckupResultAndQuestionInfo></HealthCheckupResultAndQuestionInfos><Place>z</Place>"
    "</SpecificHealthCheckupInfo></SpecificHealthCheckupInfos></MessageBody></XmlMsg>";
