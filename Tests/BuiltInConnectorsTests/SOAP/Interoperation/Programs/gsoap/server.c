/* The gSOAP services for the tests: `server PORT FOLDER`; the folder holds the WSDLs that soapcpp2 made. */
#include <time.h>
#include "soapH.h"
#include "files.nsmap"

static const char *folder;

/* GET /graph?wsdl and /files?wsdl. */
static int description(struct soap *soap)
{
    char name[4096];
    const char *which = strstr(soap->path, "files") ? "files" : "graph";
    snprintf(name, sizeof name, "%s/%s.wsdl", folder, which);
    FILE *file = fopen(name, "r");
    if (!file)
        return 404;
    soap->http_content = "text/xml";
    soap_response(soap, SOAP_FILE);
    size_t count;
    while ((count = fread(soap->tmpbuf, 1, sizeof soap->tmpbuf, file)) > 0)
        if (soap_send_raw(soap, soap->tmpbuf, count))
            break;
    fclose(file);
    soap_end_send(soap);
    return SOAP_OK;
}

int main(int count, char **arguments)
{
    if (count < 3)
        return 64;
    folder = arguments[2];
    struct soap *soap = soap_new1(SOAP_ENC_MTOM);
    soap->fget = description;
    soap->bind_flags = SO_REUSEADDR;
    soap->recv_timeout = soap->send_timeout = 20;
    if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", atoi(arguments[1]), 100)))
        return 69;
    while (soap_valid_socket(soap_accept(soap))) {
        soap_serve(soap);
        soap_destroy(soap);
        soap_end(soap);
    }
    return 0;
}

/* A tree with left and right exchanged. */
static struct g__Node *turned(struct soap *soap, struct g__Node *node)
{
    if (!node)
        return NULL;
    struct g__Node *made = soap_malloc(soap, sizeof *made);
    made->name = node->name;
    made->kind = node->left || node->right ? BRANCH : LEAF;
    made->left = turned(soap, node->right);
    made->right = turned(soap, node->left);
    return made;
}

int g__turn(struct soap *soap, struct g__Node *node, struct g__turnResponse *answer)
{
    if (!node)
        return soap_sender_fault(soap, "there is no tree", "<g:reason xmlns:g=\"urn:galley:graph\">empty</g:reason>");
    answer->node = turned(soap, node);
    return SOAP_OK;
}

int g__scale(struct soap *soap, struct NumberArray *numbers, double by, struct g__scaleResponse *answer)
{
    for (int place = 0; numbers && place < numbers->__size; place++)
        numbers->__ptr[place] *= by;
    answer->numbers = numbers;
    return SOAP_OK;
}

/* One person twice, and nodes that share children: values that are referred to. */
int g__pair(struct soap *soap, char *name, int age, struct g__pairResponse *answer)
{
    struct g__Person *person = soap_malloc(soap, sizeof *person);
    person->name = name;
    person->age = soap_malloc(soap, sizeof(int));
    *person->age = age;
    person->born = NULL;
    answer->first = answer->second = person;
    struct g__Node *leaf = soap_malloc(soap, sizeof *leaf), *branch = soap_malloc(soap, sizeof *branch);
    *leaf = (struct g__Node){"leaf", LEAF, NULL, NULL};
    *branch = (struct g__Node){"branch", BRANCH, leaf, leaf};
    answer->nodes = soap_malloc(soap, sizeof *answer->nodes);
    answer->nodes->__size = 3;
    answer->nodes->__ptr = soap_malloc(soap, 3 * sizeof(struct g__Node *));
    answer->nodes->__ptr[0] = branch;
    answer->nodes->__ptr[1] = leaf;
    answer->nodes->__ptr[2] = branch;
    return SOAP_OK;
}

/* A node that is its own child: what JSON can't have. */
int g__ring(struct soap *soap, char *name, struct g__turnResponse *answer)
{
    struct g__Node *node = soap_malloc(soap, sizeof *node);
    *node = (struct g__Node){name, BRANCH, NULL, NULL};
    node->right = node;
    answer->node = node;
    return SOAP_OK;
}

/* The bytes backwards, and as they were; both beside the envelope. */
int m__reverse(struct soap *soap, char *name, struct xsd__base64Binary file, struct m__reverseResponse *answer)
{
    answer->name = name;
    answer->size = file.__size;
    answer->file.__ptr = soap_malloc(soap, file.__size + 1);
    answer->file.__size = file.__size;
    for (int place = 0; place < file.__size; place++)
        answer->file.__ptr[place] = file.__ptr[file.__size - 1 - place];
    answer->file.id = "cid:backwards@galley";
    answer->file.type = "application/octet-stream";
    answer->file.options = NULL;
    answer->copy = soap_malloc(soap, sizeof *answer->copy);
    *answer->copy = file;
    answer->copy->id = NULL;
    answer->copy->type = "text/plain";
    answer->copy->options = NULL;
    return SOAP_OK;
}

int m__scan(struct soap *soap, struct m__Scan scan, struct m__scanResponse *answer)
{
    answer->scan = scan;
    answer->scan.xop__Include.id = NULL;
    answer->scan.xop__Include.type = "image/png";
    return SOAP_OK;
}
