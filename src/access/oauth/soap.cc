#include "access/oauth/soap.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>

#include "platform/text/text.h"

namespace stockbell::access::oauth {
namespace {

constexpr std::string_view kSoap = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view kPartner = "urn:partner.soap.sforce.com";
constexpr std::string_view kEnterprise = "urn:enterprise.soap.sforce.com";

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

bool is(const xmlNode* node, std::string_view name) {
  return node->type == XML_ELEMENT_NODE && view(node->name) == name;
}
bool in_soap(const xmlNode* node) { return node->ns && view(node->ns->href) == kSoap; }
bool in_salesforce(const xmlNode* node) {
  return node->ns && (view(node->ns->href) == kPartner || view(node->ns->href) == kEnterprise);
}

const xmlNode* child(const xmlNode* parent, std::string_view name) {
  for (auto* node = parent ? parent->children : nullptr; node; node = node->next)
    if (is(node, name)) return node;
  return nullptr;
}

std::string content(const xmlNode* node) {
  if (!node) return {};
  std::unique_ptr<xmlChar, void (*)(void*)> text(xmlNodeGetContent(node), xmlFree);
  return std::string(view(text.get()));
}

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, "soap-invalid", std::move(message));
}

std::string envelope(std::string_view body) {
  return std::string(R"(<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv=")")
      .append(kSoap)
      .append(R"(" xmlns=")")
      .append(kPartner)
      .append(R"(" xmlns:sf="urn:fault.partner.soap.sforce.com")")
      .append(R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>)")
      .append(body)
      .append("</soapenv:Body></soapenv:Envelope>");
}

std::string element(std::string_view name, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", name, text::escape_html(text));
}

}  // namespace

Result<SoapCall> parse_soap(std::string_view body) {
  if (body.empty() || body.size() > kSoapBytes) return refuse("the envelope has 1 to 16384 bytes");
  // Only UTF-8 is read as such, so that no other encoding hides a document type from this look.
  if (!text::valid_utf8(body) || body.contains('\0') || body.contains("<!DOCTYPE"))
    return refuse("the envelope is UTF-8 without a document type");
  Document document(xmlReadMemory(body.data(), static_cast<int>(body.size()), nullptr, "UTF-8",
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
                    xmlFreeDoc);
  if (!document || document->intSubset) return refuse("the envelope is not well-formed XML");
  const auto* root = xmlDocGetRootElement(document.get());
  if (!root || !is(root, "Envelope") || !in_soap(root))
    return refuse("a SOAP 1.1 envelope is expected");
  const auto* content_part = child(root, "Body");
  if (!content_part || !in_soap(content_part)) return refuse("the envelope has no body");
  SoapCall call;
  if (const auto* login = child(content_part, "login"); login && in_salesforce(login)) {
    call.username = content(child(login, "username"));
    call.password = content(child(login, "password"));
    return call;
  }
  if (const auto* logout = child(content_part, "logout"); logout && in_salesforce(logout)) {
    call.kind = SoapCall::Kind::logout;
    call.session_id =
        text::trim(content(child(child(child(root, "Header"), "SessionHeader"), "sessionId")));
    return call;
  }
  return refuse("the only operations are login and logout");
}

std::string login_envelope(const SoapLogin& login) {
  const auto user = element("organizationId", login.organization_id) +
                    element("organizationMultiCurrency", "false") +
                    element("organizationName", "Stockbell") +
                    element("sessionSecondsValid", std::to_string(login.session_seconds)) +
                    element("userEmail", login.user_name.contains('@') ? login.user_name : "") +
                    element("userFullName", login.user_name) + element("userId", login.user_id) +
                    element("userLanguage", "en_US") + element("userLocale", "en_US") +
                    element("userName", login.user_name) + element("userTimeZone", "GMT") +
                    element("userType", "Standard");
  return envelope("<loginResponse><result>" +
                  element("metadataServerUrl", login.metadata_server_url) +
                  element("passwordExpired", "false") + element("sandbox", "false") +
                  element("serverUrl", login.server_url) + element("sessionId", login.session_id) +
                  element("userId", login.user_id) + "<userInfo>" + user +
                  "</userInfo></result></loginResponse>");
}

std::string logout_envelope() { return envelope("<logoutResponse/>"); }

std::string fault_envelope(std::string_view code, std::string_view message) {
  const auto exception = code.starts_with("sf:") ? code.substr(3) : std::string_view();
  auto text = exception.empty() ? std::string(message) : fmt::format("{}: {}", exception, message);
  auto fault = element("faultcode", code) + element("faultstring", text);
  if (!exception.empty())
    fault += R"(<detail><sf:LoginFault xsi:type="sf:LoginFault">)" +
             element("sf:exceptionCode", exception) + element("sf:exceptionMessage", message) +
             "</sf:LoginFault></detail>";
  return envelope("<soapenv:Fault>" + fault + "</soapenv:Fault>");
}

}  // namespace stockbell::access::oauth
