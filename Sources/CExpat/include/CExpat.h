// XML read into a flat list of elements, within limits and without entities: what Swift cannot say of expat's callbacks.
#pragma once
#include <stddef.h>

typedef struct martlet_xml martlet_xml;
/// The elements of a document in the order they begin. NULL when it is not well formed, has a DOCTYPE, or more than DEPTH levels, COUNT elements or
/// TEXT octets of names and text.
martlet_xml *martlet_xml_read(const void *bytes, size_t length, int depth, int count, size_t text);
void martlet_xml_free(martlet_xml *xml);
int martlet_xml_count(const martlet_xml *xml);
/// 0 for the root.
int martlet_xml_depth(const martlet_xml *xml, int index);
/// Namespace, one blank, local name; the local name alone where there is no namespace. UTF-8.
const char *martlet_xml_name(const martlet_xml *xml, int index);
/// The text of the element itself, without that of its children. UTF-8.
const char *martlet_xml_text(const martlet_xml *xml, int index);
