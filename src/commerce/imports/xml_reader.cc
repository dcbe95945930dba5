#include "commerce/imports/xml_reader.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>

#include <optional>

namespace stockbell::commerce {
namespace {

constexpr std::size_t kTextLimit = 1 << 20;
constexpr int kDepthLimit = 64;
constexpr std::size_t kTagLimit = 2 << 20;  // bytes without an element or a text

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

void say_nothing(void*, const char*, ...) {}

// What libxml2 says beside a parser (of encodings) would go to standard error; handlers are the
// thread's own.
void be_quiet() {
  thread_local bool quiet = false;
  if (std::exchange(quiet, true)) return;
  xmlSetStructuredErrorFunc(nullptr, [](void*, auto) {});
  xmlSetGenericErrorFunc(nullptr, say_nothing);
}

}  // namespace

struct XmlReader::State {
  explicit State(XmlSink& s) : sink(s) {}
  XmlSink& sink;
  xmlSAXHandler handlers{};
  xmlParserCtxtPtr parser = nullptr;
  std::optional<Error> error;
  std::string text;
  int depth = 0;
  std::size_t silent_bytes = 0;  // fed since the last event

  std::int64_t line() const { return parser ? xmlSAX2GetLineNumber(parser) : 0; }

  void stop(Error why) {
    if (!error) error = std::move(why);
    xmlStopParser(parser);
  }
  void stop(std::string reason, std::string message) {
    stop(Error{ErrorCode::invalid,
               std::move(reason),
               "line " + std::to_string(line()) + ": " + std::move(message),
               {}});
  }

  static State& of(void* context) { return *static_cast<State*>(context); }

  static void on_open(void* context, const xmlChar* name, const xmlChar*, const xmlChar*, int,
                      const xmlChar**, int count, int, const xmlChar** raw) {
    State& self = of(context);
    if (self.error) return;
    self.silent_bytes = 0;
    if (++self.depth > kDepthLimit) return self.stop("xml-limit", "elements are nested too deeply");
    self.text.clear();
    XmlAttributes attributes;
    for (int i = 0; i < count; ++i) {  // libxml2: name, prefix, URI, value begin, value end
      const xmlChar** a = raw + 5 * i;
      attributes.emplace_back(view(a[0]), std::string(reinterpret_cast<const char*>(a[3]),
                                                      reinterpret_cast<const char*>(a[4])));
    }
    if (auto taken = self.sink.open(view(name), attributes, self.line()); !taken)
      self.stop(std::move(taken).error());
  }

  static void on_close(void* context, const xmlChar* name, const xmlChar*, const xmlChar*) {
    State& self = of(context);
    if (self.error) return;
    self.silent_bytes = 0;
    --self.depth;
    if (auto taken = self.sink.close(view(name), self.text, self.line()); !taken)
      self.stop(std::move(taken).error());
    self.text.clear();
  }

  static void on_text(void* context, const xmlChar* characters, int length) {
    State& self = of(context);
    if (self.error) return;
    self.silent_bytes = 0;
    if (self.text.size() + static_cast<std::size_t>(length) > kTextLimit)
      return self.stop("xml-limit", "a text is longer than 1 MB");
    self.text.append(reinterpret_cast<const char*>(characters), static_cast<std::size_t>(length));
  }

  static void on_doctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    of(context).stop("xml-doctype", "a document type declaration is not accepted");
  }

  static void on_reference(void* context, const xmlChar* name) {
    of(context).stop("xml-entity", "the entity &" + std::string(view(name)) + "; is not accepted");
  }

  static void on_error(void* context, xmlErrorPtr what) {
    State& self = of(context);
    if (self.error || what->level < XML_ERR_ERROR) return;
    if (what->domain == XML_FROM_NAMESPACE) return;  // an undeclared prefix does no harm here
    std::string message = what->message ? what->message : "not well-formed";
    while (!message.empty() && message.back() == '\n') message.pop_back();
    self.stop("xml-malformed", message);
  }
};

std::string xml_attribute(const XmlAttributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes)
    if (key == name) return value;
  return {};
}

XmlReader::XmlReader(XmlSink& sink) : state_(std::make_unique<State>(sink)) {
  be_quiet();
  auto& handlers = state_->handlers;
  handlers.initialized = XML_SAX2_MAGIC;
  handlers.startElementNs = State::on_open;
  handlers.endElementNs = State::on_close;
  handlers.characters = State::on_text;
  handlers.cdataBlock = State::on_text;
  handlers.internalSubset = State::on_doctype;
  handlers.reference = State::on_reference;
  handlers.serror = State::on_error;
  state_->parser = xmlCreatePushParserCtxt(&handlers, state_.get(), nullptr, 0, nullptr);
  if (state_->parser)  // HUGE: the limits above count instead. NOENT: &amp; in attributes too;
                       // others cannot be declared.
    xmlCtxtUseOptions(state_->parser, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT);
}

XmlReader::~XmlReader() {
  if (state_->parser) xmlFreeParserCtxt(state_->parser);
}

Result<> XmlReader::feed(std::string_view piece) {
  be_quiet();
  if (!state_->parser)
    return fail(ErrorCode::unavailable, "out-of-memory", "no memory to read the file");
  int status = xmlParseChunk(state_->parser, piece.data(), static_cast<int>(piece.size()), 0);
  if (!state_->error && (state_->silent_bytes += piece.size()) > kTagLimit)
    state_->stop("xml-limit", "a tag or a comment is longer than 2 MB");
  if (state_->error) return fail(*state_->error);
  if (status == XML_ERR_OK || state_->parser->wellFormed) return {};
  return fail(ErrorCode::invalid, "xml-malformed", "the file is not well-formed XML");
}

Result<> XmlReader::finish() {
  if (!state_->parser)
    return fail(ErrorCode::unavailable, "out-of-memory", "no memory to read the file");
  xmlParseChunk(state_->parser, nullptr, 0, 1);
  if (state_->error) return fail(*state_->error);
  if (!state_->parser->wellFormed || state_->depth != 0)
    return fail(ErrorCode::invalid, "xml-malformed", "the file ends before its last element does");
  return {};
}

}  // namespace stockbell::commerce
