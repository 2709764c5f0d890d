/* libwbxml on the document that wbxml-bench wrote. usage: libwbxml DOCUMENT ROUNDS: prints microseconds for one document, best of the rounds.
   encode: from XML text, the one way to write WBXML that its public header has. encode-tree: from a tree that is already built, the least that
   any server on libwbxml does after building one. decode: to its tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wbxml/wbxml.h>

/* Exported by the library, but Debian ships only the header of its conversions. */
typedef struct WBXMLTree_s WBXMLTree;
typedef struct { WBXMLVersion version; WB_BOOL keep_ignorable_spaces, use_strtbl, produce_anonymous; } Params;
extern WBXMLError wbxml_tree_from_wbxml(WB_UTINY *, WB_ULONG, WBXMLLanguage, WBXMLCharsetMIBEnum, WBXMLTree **);
extern WBXMLError wbxml_tree_to_wbxml(WBXMLTree *, WB_UTINY **, WB_ULONG *, Params *);
extern void wbxml_tree_destroy(WBXMLTree *);

static WB_UTINY document[1 << 20];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}
static void check(WBXMLError error, const char *what) {
    if (error == WBXML_OK) return;
    fprintf(stderr, "%s: %s\n", what, (const char *) wbxml_errors_string(error));
    exit(1);
}
static void report(const char *what, double best) { printf("%s %f\n", what, best); }

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    FILE *f = fopen(argv[1], "rb");
    if (!f) return 66;
    size_t size = fread(document, 1, sizeof document, f);
    fclose(f);
    int rounds = atoi(argv[2]);
    double best = 1e18;
    WBXMLTree *tree = NULL;
    for (int i = 0; i < rounds; i++) {
        WBXMLTree *t = NULL;
        double start = now();
        check(wbxml_tree_from_wbxml(document, size, WBXML_LANG_ACTIVESYNC, WBXML_CHARSET_UTF_8, &t), "decode");
        double took = now() - start;
        if (took < best) best = took;
        if (tree) wbxml_tree_destroy(tree);
        tree = t;
    }
    report("decode", best);

    Params params = {WBXML_VERSION_13, TRUE, FALSE, TRUE};
    WB_ULONG length = 0;
    best = 1e18;
    for (int i = 0; i < rounds; i++) {
        WB_UTINY *out = NULL;
        double start = now();
        check(wbxml_tree_to_wbxml(tree, &out, &length, &params), "encode-tree");
        double took = now() - start;
        free(out);
        if (took < best) best = took;
    }
    if (length < size * 9 / 10) { fprintf(stderr, "encoded %lu bytes of %zu\n", (unsigned long) length, size); return 1; }
    report("encode-tree", best);

    WBXMLConvWBXML2XML *read = NULL;
    WB_UTINY *xml = NULL;
    WB_ULONG xml_length = 0;
    check(wbxml_conv_wbxml2xml_create(&read), "conv");
    wbxml_conv_wbxml2xml_set_gen_type(read, WBXML_GEN_XML_CANONICAL);
    wbxml_conv_wbxml2xml_set_language(read, WBXML_LANG_ACTIVESYNC);
    wbxml_conv_wbxml2xml_enable_preserve_whitespaces(read);
    check(wbxml_conv_wbxml2xml_run(read, document, size, &xml, &xml_length), "to XML");
    best = 1e18;
    for (int i = 0; i < rounds; i++) {
        WBXMLConvXML2WBXML *write = NULL;
        WB_UTINY *out = NULL;
        double start = now();
        check(wbxml_conv_xml2wbxml_create(&write), "conv");
        wbxml_conv_xml2wbxml_enable_preserve_whitespaces(write);
        wbxml_conv_xml2wbxml_disable_string_table(write);
        wbxml_conv_xml2wbxml_disable_public_id(write);
        check(wbxml_conv_xml2wbxml_run(write, xml, xml_length, &out, &length), "encode");
        wbxml_conv_xml2wbxml_destroy(write);
        double took = now() - start;
        free(out);
        if (took < best) best = took;
    }
    if (length < size * 9 / 10) { fprintf(stderr, "encoded %lu bytes of %zu\n", (unsigned long) length, size); return 1; }
    report("encode", best);
    return 0;
}
