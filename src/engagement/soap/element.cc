#include "engagement/soap/element.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>

#include "platform/text/text.h"

namespace stockbell::engagement::soap {
namespace {

constexpr int kDeepest = 40;
constexpr std::size_t kMostElements = 200'000;

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, "soap-invalid", std::move(message));
}

std::string without_prefix(std::string_view name) {
  return text::trim(name.substr(std::min(name.find(':') + 1, name.size())));
}

std::string type_of(const xmlNode* node) {
  for (const auto* attribute = node->properties; attribute; attribute = attribute->next)
    if (view(attribute->name) == "type" && attribute->ns && attribute->children)
      return without_prefix(view(attribute->children->content));
  return {};
}

Result<> read(const xmlNode* node, int depth, std::size_t& count, Element& out) {
  if (depth > kDeepest || ++count > kMostElements)
    return refuse("the envelope is nested too deeply, or has too many elements");
  out.name = view(node->name);
  out.type = type_of(node);
  std::string text;
  for (const auto* child = node->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) {
      out.children.emplace_back();
      SB_CHECK(read(child, depth + 1, count, out.children.back()));
    } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
      text += view(child->content);
    }
  }
  if (out.children.empty()) out.text = std::move(text);
  return {};
}

}  // namespace

const Element* Element::find(std::string_view wanted) const {
  for (const auto& child : children)
    if (child.name == wanted) return &child;
  return nullptr;
}

std::vector<const Element*> Element::all(std::string_view wanted) const {
  std::vector<const Element*> found;
  for (const auto& child : children)
    if (child.name == wanted) found.push_back(&child);
  return found;
}

std::string Element::text_of(std::string_view wanted) const {
  const auto* found = find(wanted);
  return found ? text::trim(found->text) : std::string();
}

Result<Element> parse_xml(std::string_view document) {
  if (document.empty() || document.size() > kLargestEnvelope)
    return refuse(fmt::format("the envelope has 1 to {} bytes", kLargestEnvelope));
  // Only UTF-8 is read as such, so that no other encoding hides a document type from this look.
  if (!text::valid_utf8(document) || document.contains('\0') || document.contains("<!DOCTYPE"))
    return refuse("the envelope is UTF-8 without a document type");
  Document parsed(xmlReadMemory(document.data(), static_cast<int>(document.size()), nullptr,
                                "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
                  xmlFreeDoc);
  if (!parsed || parsed->intSubset) return refuse("the envelope is not well-formed XML");
  const auto* root = xmlDocGetRootElement(parsed.get());
  if (!root) return refuse("the envelope is empty");
  Element out;
  std::size_t count = 0;
  SB_CHECK(read(root, 0, count, out));
  return out;
}

std::string escape(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r')
      plain += "\xEF\xBF\xBD";
    else
      plain += c;
  }
  return text::escape_html(plain);
}

std::string tag(std::string_view name, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", name, escape(text));
}

}  // namespace stockbell::engagement::soap
