// What soapcpp2 makes a gSOAP service of that takes and gives files beside the envelope (document/literal, MTOM).

#import "xop.h"
#import "xmime.h"
#import "types.h"

//gsoap m service name:      files
//gsoap m service style:     document
//gsoap m service encoding:  literal
//gsoap m service namespace: urn:galley:files
//gsoap m service location:  http://127.0.0.1/
//gsoap m schema  namespace: urn:galley:files
//gsoap m schema  elementForm: qualified

struct xsd__base64Binary {
    unsigned char *__ptr;
    int __size;
    char *id, *type, *options;
};

struct m__Scan {
    _xop__Include xop__Include 1;
    @char *xmime5__contentType 0;
};

struct m__reverseResponse {
    xsd__string name 0;
    xsd__int size 1;
    struct xsd__base64Binary file 1;
    struct xsd__base64Binary *copy 0;
};

struct m__scanResponse { struct m__Scan scan 1; };

int m__reverse(xsd__string name, struct xsd__base64Binary file, struct m__reverseResponse *answer);
int m__scan(struct m__Scan scan, struct m__scanResponse *answer);
