/* libxml2 used from C, beside `Scripts/bench xml`: the same envelope is built and written, and read from a file.
 *     xml_yardstick build ORDERS ROUNDS [OUT]     writes the envelope to OUT
 *     xml_yardstick parse FILE ROUNDS
 * Prints the median of the processor time of one go, in nanoseconds. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static int compare(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return difference < 0 ? -1 : difference > 0;
}

static xmlNodePtr add(xmlNodePtr parent, xmlNsPtr space, const char *name, const char *text)
{
    xmlNodePtr node = xmlNewNode(space, BAD_CAST name);
    if (text)
        xmlAddChild(node, xmlNewText(BAD_CAST text));
    xmlAddChild(parent, node);
    return node;
}

/* Sources/Bench/XMLBenchmark.swift makes the same tree. */
static xmlDocPtr envelope(int orders)
{
    char text[64];
    xmlDocPtr document = xmlNewDoc(BAD_CAST "1.0");
    xmlNodePtr root = xmlNewNode(NULL, BAD_CAST "Envelope");
    xmlNsPtr soap = xmlNewNs(root, BAD_CAST "http://schemas.xmlsoap.org/soap/envelope/", BAD_CAST "soap");
    xmlSetNs(root, soap);
    xmlDocSetRootElement(document, root);
    xmlNodePtr body = add(root, soap, "Body", NULL);
    xmlNodePtr message = xmlNewNode(NULL, BAD_CAST "PlaceOrders");
    xmlNsPtr shop = xmlNewNs(message, BAD_CAST "urn:shop", BAD_CAST "s");
    xmlSetNs(message, shop);
    xmlAddChild(body, message);
    for (int number = 0; number < orders; number++) {
        xmlNodePtr order = add(message, shop, "order", NULL);
        snprintf(text, sizeof text, "o-%d", number);
        xmlNewProp(order, BAD_CAST "id", BAD_CAST text);
        xmlNewProp(order, BAD_CAST "state", BAD_CAST "new");
        snprintf(text, sizeof text, "Customer %d & <Sons>", number);
        add(order, shop, "customer", text);
        add(order, shop, "placed", "2026-11-27T08:30:00Z");
        for (int line = 0; line < 3; line++) {
            xmlNodePtr item = add(order, shop, "line", NULL);
            snprintf(text, sizeof text, "SKU-%d-%d", number, line);
            add(item, shop, "sku", text);
            snprintf(text, sizeof text, "%d", line + 1);
            add(item, shop, "quantity", text);
            snprintf(text, sizeof text, "%d.50", number);
            xmlNewProp(add(item, shop, "price", text), BAD_CAST "currency", BAD_CAST "EUR");
        }
        add(order, shop, "note", "deliver to the back door");
    }
    return document;
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 64;
    int rounds = atoi(arguments[3]);
    double *times = calloc(rounds > 0 ? rounds : 1, sizeof *times);
    char *bytes = NULL;
    long size = 0;
    int isBuild = !strcmp(arguments[1], "build");
    if (!isBuild) {
        FILE *file = fopen(arguments[2], "rb");
        if (!file)
            return 66;
        fseek(file, 0, SEEK_END);
        size = ftell(file);
        rewind(file);
        bytes = malloc(size);
        if (fread(bytes, 1, size, file) != (size_t)size)
            return 74;
        fclose(file);
    }
    /* As on the other side: a round lasts 5 ms at least. */
    int times_in_round = 64;
    for (int round = -1; round < rounds; round++) {
        double start = now();
        for (int time = 0; time < times_in_round; time++) {
            if (isBuild) {
                xmlDocPtr document = envelope(atoi(arguments[2]));
                xmlChar *out;
                int length;
                xmlDocDumpMemoryEnc(document, &out, &length, "UTF-8");
                if (round < 0 && time == 0 && count > 4) {
                    FILE *file = fopen(arguments[4], "wb");
                    if (!file || fwrite(out, 1, length, file) != (size_t)length || fclose(file))
                        return 74;
                }
                xmlFree(out);
                xmlFreeDoc(document);
            } else {
                xmlDocPtr document = xmlReadMemory(bytes, (int)size, NULL, NULL, XML_PARSE_NONET);
                if (!document)
                    return 65;
                xmlFreeDoc(document);
            }
        }
        if (round >= 0)
            times[round] = (now() - start) / times_in_round;
    }
    qsort(times, rounds, sizeof *times, compare);
    printf("%.1f\n", times[rounds / 2]);
    return 0;
}
