/* asyncapi_doc.h — Job: the AsyncAPI 3.0 document of the wire, from the tables of proto/. */
#ifndef TESTS_ASYNCAPI_DOC_H
#define TESTS_ASYNCAPI_DOC_H

#include "proto/buf.h"

/* Appends the document; it is the content of docs/asyncapi.json. The application that it
 * describes is the gateway, so a client's request is an operation "receive". */
void asyncapi_document(struct buf *out);
#endif
