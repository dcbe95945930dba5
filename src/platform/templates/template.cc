#include "platform/templates/template.h"

#include <vector>

#include "platform/templates/compiler.h"

namespace stockbell::templates {
namespace {

using internal::Node;
using internal::NodeKind;

constexpr int kMaxPartialDepth = 50;  // data that makes a partial call itself for ever ends here

void append_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

class Renderer {
 public:
  Renderer(const internal::Program& program, Escaping escaping)
      : program_(program), escaping_(escaping) {}

  std::string render(const Value& value) {
    contexts_.push_back(&value);
    nodes(program_.bodies.front());
    return std::move(out_);
  }

 private:
  // The first part of a name is looked for outwards; the others only inside what was found.
  const Value* look_up(const std::vector<std::string>& path) const {
    if (path.empty()) return contexts_.back();
    const Value* found = nullptr;
    for (auto context = contexts_.rbegin(); context != contexts_.rend() && !found; ++context)
      found = (*context)->find(path.front());
    for (std::size_t i = 1; i < path.size() && found; ++i) found = found->find(path[i]);
    return found;
  }

  void nodes(const std::vector<Node>& list) {
    for (const auto& node : list) one(node);
  }

  void one(const Node& node) {
    switch (node.kind) {
      case NodeKind::text:
        out_ += node.text;
        break;
      case NodeKind::variable:
        variable(node, escaping_ == Escaping::html);
        break;
      case NodeKind::raw:
        variable(node, false);
        break;
      case NodeKind::section:
        section(node);
        break;
      case NodeKind::inverted: {
        const auto* value = look_up(node.path);
        if (!value || !value->shows()) nodes(node.children);
        break;
      }
      case NodeKind::partial:
        if (++depth_ <= kMaxPartialDepth) nodes(program_.bodies[node.partial]);
        --depth_;
        break;
    }
  }

  void variable(const Node& node, bool escape) {
    const auto* value = look_up(node.path);
    if (!value) return;
    if (value->is_true() || value->is_false()) {
      out_ += value->is_true() ? "true" : "false";
    } else if (const auto* text = value->text()) {
      if (escape)
        append_escaped(out_, *text);
      else
        out_ += *text;
    }
  }

  void section(const Node& node) {
    const auto* value = look_up(node.path);
    if (!value || !value->shows()) return;
    if (const auto* items = value->items()) {
      for (const auto& item : *items) inside(item, node);
    } else {
      inside(*value, node);
    }
  }

  void inside(const Value& value, const Node& node) {
    contexts_.push_back(&value);
    nodes(node.children);
    contexts_.pop_back();
  }

  const internal::Program& program_;
  Escaping escaping_;
  std::vector<const Value*> contexts_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

Result<Template> Template::compile(std::string_view text,
                                   const std::map<std::string, std::string>& partials) {
  SB_TRY(program, internal::compile(text, partials));
  return Template(std::make_shared<const internal::Program>(std::move(program)));
}

std::string Template::render(const Value& value, Escaping escaping) const {
  return Renderer(*program_, escaping).render(value);
}

}  // namespace stockbell::templates
