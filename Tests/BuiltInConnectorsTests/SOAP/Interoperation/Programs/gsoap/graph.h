// What soapcpp2 makes a gSOAP service of whose values refer to each other (rpc/encoded).

#import "types.h"

//gsoap g service name:      graph
//gsoap g service style:     rpc
//gsoap g service encoding:  encoded
//gsoap g service namespace: urn:galley:graph
//gsoap g service location:  http://127.0.0.1/
//gsoap g schema  namespace: urn:galley:graph

enum g__Kind { LEAF, BRANCH };

struct g__Node {
    xsd__string name 1;
    enum g__Kind kind 1;
    struct g__Node *left 0;
    struct g__Node *right 0;
};

struct NodeArray {
    struct g__Node **__ptr;
    int __size;
};

struct NumberArray {
    xsd__double *__ptr;
    int __size;
};

struct g__Person {
    xsd__string name 1;
    xsd__int *age 0;
    xsd__date born 0;
};

struct g__pairResponse {
    struct g__Person *first;
    struct g__Person *second;
    struct NodeArray *nodes;
};

struct g__turnResponse { struct g__Node *node; };
struct g__scaleResponse { struct NumberArray *numbers; };

int g__turn(struct g__Node *node, struct g__turnResponse *answer);
int g__scale(struct NumberArray *numbers, xsd__double by, struct g__scaleResponse *answer);
int g__pair(xsd__string name, xsd__int age, struct g__pairResponse *answer);
int g__ring(xsd__string name, struct g__turnResponse *answer);
