/* xml_sample.h — Job: small official XML files of one invented person, for tests of the parsers. */
#ifndef TESTS_LIB_XML_SAMPLE_H
#define TESTS_LIB_XML_SAMPLE_H

/* The same person in three spellings: 試験 花子, シケン ハナコ, born 1950-12-31. */
extern const char xml_sample_eligibility[];      /* flat body, C22 names, all consented */
extern const char xml_sample_eligibility_face[]; /* ResultList, C22b names, half-width kana */
extern const char xml_sample_medication[];       /* three sources, acts of all kinds */
extern const char xml_sample_checkup[];
#endif
