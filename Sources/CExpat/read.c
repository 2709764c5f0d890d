#include "CExpat.h"
#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int depth;
    char *name;
    char *text;
    size_t length, room;
} element;

struct martlet_xml {
    element *elements;
    int count, room;
    // Open elements, by index.
    int *open;
    int depth;
    int most_depth, most_count;
    size_t left;
    int failed;
    XML_Parser parser;
};

static void stop(martlet_xml *xml) {
    xml->failed = 1;
    XML_StopParser(xml->parser, XML_FALSE);
}

static void XMLCALL began(void *data, const XML_Char *name, const XML_Char **attributes) {
    (void)attributes;
    martlet_xml *xml = data;
    if (xml->failed) return;
    size_t length = strlen(name);
    if (xml->depth >= xml->most_depth || xml->count >= xml->most_count || length > xml->left) { stop(xml); return; }
    if (xml->count == xml->room) {
        int room = xml->room ? xml->room * 2 : 16;
        element *more = realloc(xml->elements, (size_t)room * sizeof *more);
        if (!more) { stop(xml); return; }
        xml->elements = more;
        xml->room = room;
    }
    element *made = &xml->elements[xml->count];
    memset(made, 0, sizeof *made);
    made->name = malloc(length + 1);
    if (!made->name) { stop(xml); return; }
    memcpy(made->name, name, length + 1);
    made->depth = xml->depth;
    xml->left -= length;
    xml->open[xml->depth++] = xml->count++;
}

static void XMLCALL ended(void *data, const XML_Char *name) {
    (void)name;
    martlet_xml *xml = data;
    if (!xml->failed && xml->depth > 0) xml->depth--;
}

static void XMLCALL said(void *data, const XML_Char *text, int length) {
    martlet_xml *xml = data;
    if (xml->failed || length <= 0 || xml->depth == 0) return;
    if ((size_t)length > xml->left) { stop(xml); return; }
    xml->left -= (size_t)length;
    element *here = &xml->elements[xml->open[xml->depth - 1]];
    size_t needed = here->length + (size_t)length + 1;
    if (needed > here->room) {
        size_t room = needed * 2;
        char *more = realloc(here->text, room);
        if (!more) { stop(xml); return; }
        here->text = more;
        here->room = room;
    }
    memcpy(here->text + here->length, text, (size_t)length);
    here->length += (size_t)length;
    here->text[here->length] = 0;
}

// No entities, no external subset: there is nothing to expand. (threat T15)
static void XMLCALL doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal) {
    (void)name, (void)system, (void)public, (void)internal;
    stop(data);
}

void martlet_xml_free(martlet_xml *xml) {
    if (!xml) return;
    for (int index = 0; index < xml->count; index++) {
        free(xml->elements[index].name);
        free(xml->elements[index].text);
    }
    free(xml->elements);
    free(xml->open);
    free(xml);
}

martlet_xml *martlet_xml_read(const void *bytes, size_t length, int depth, int count, size_t text) {
    if (length > INT_MAX || depth <= 0) return NULL;
    martlet_xml *xml = calloc(1, sizeof *xml);
    if (!xml) return NULL;
    xml->open = calloc((size_t)depth, sizeof *xml->open);
    xml->parser = XML_ParserCreateNS(NULL, ' ');
    xml->most_depth = depth;
    xml->most_count = count;
    xml->left = text;
    int sound = 0;
    if (xml->open && xml->parser) {
        XML_SetUserData(xml->parser, xml);
        XML_SetElementHandler(xml->parser, began, ended);
        XML_SetCharacterDataHandler(xml->parser, said);
        XML_SetStartDoctypeDeclHandler(xml->parser, doctype);
        sound = XML_Parse(xml->parser, bytes, (int)length, 1) == XML_STATUS_OK && !xml->failed && xml->count > 0;
    }
    if (xml->parser) XML_ParserFree(xml->parser);
    xml->parser = NULL;
    if (sound) return xml;
    martlet_xml_free(xml);
    return NULL;
}

int martlet_xml_count(const martlet_xml *xml) { return xml->count; }
int martlet_xml_depth(const martlet_xml *xml, int index) { return xml->elements[index].depth; }
const char *martlet_xml_name(const martlet_xml *xml, int index) { return xml->elements[index].name; }
const char *martlet_xml_text(const martlet_xml *xml, int index) { return xml->elements[index].text ? xml->elements[index].text : ""; }
