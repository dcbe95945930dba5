#include "platform/templates/compiler.h"

#include <algorithm>

namespace stockbell::templates::internal {
namespace {

constexpr std::size_t kMaxBodies = 200;  // a partial that indents itself would need endlessly many
constexpr std::size_t kMaxDepth = 64;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split_path(std::string_view name) {
  std::vector<std::string> path;
  if (name == ".") return path;
  for (std::size_t from = 0;;) {
    auto dot = name.find('.', from);
    path.emplace_back(name.substr(from, dot - from));
    if (dot == name.npos) return path;
    from = dot + 1;
  }
}

// A partial on a line of its own takes that line's indentation for each of its lines.
std::string indented(std::string_view text, std::string_view indent) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    auto end = std::min(text.find('\n', from), text.size() - 1) + 1;
    out.append(indent).append(text.substr(from, end - from));
    from = end;
  }
  return out;
}

struct Tag {
  char kind = 0;  // one of # ^ / ! > = & { or 'v'
  std::string_view name = {};
  std::size_t begin = 0, end = 0;
};

// Partials to compile, found on the way: (name, indentation) to body.
struct Bodies {
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  std::vector<std::pair<std::string, std::string>> order;  // body i + 1
};

class Parser {
 public:
  Parser(std::string_view source, Bodies& bodies) : source_(source), bodies_(bodies) {}

  Result<std::vector<Node>> parse() {
    stack_.emplace_back();
    while (true) {
      auto begin = source_.find(open_, at_);
      if (begin == source_.npos) break;
      SB_TRY(tag, read_tag(begin));
      SB_CHECK(place(tag));
    }
    append_text(source_.substr(at_));
    if (stack_.size() > 1)
      return wrong(stack_.back().begin, "section '" + stack_.back().name + "' is not closed");
    return std::move(stack_.front().nodes);
  }

 private:
  struct Open {
    std::vector<Node> nodes = {};
    std::string name = {};
    NodeKind kind = NodeKind::section;
    std::size_t begin = 0;
  };

  std::unexpected<Error> wrong(std::size_t at, const std::string& what) const {
    auto line = 1 + std::count(source_.begin(), source_.begin() + static_cast<long>(at), '\n');
    return fail(ErrorCode::invalid, "template-invalid",
                "line " + std::to_string(line) + ": " + what);
  }

  Result<Tag> read_tag(std::size_t begin) const {
    Tag tag{.begin = begin};
    auto inside = begin + open_.size();
    char first = inside < source_.size() ? source_[inside] : '\0';
    std::string closing = close_;
    if (first == '{') closing = "}" + close_;
    if (first == '=') closing = "=" + close_;
    bool marked =
        first != '\0' && std::string_view("#^/!>=&{").find(first) != std::string_view::npos;
    if (marked) ++inside;
    auto end = source_.find(closing, inside);
    if (end == source_.npos) return wrong(begin, "a tag is not closed with '" + closing + "'");
    tag.kind = marked ? first : 'v';
    tag.name = trimmed(source_.substr(inside, end - inside));
    tag.end = end + closing.size();
    if (tag.kind != '!' && tag.name.empty()) return wrong(begin, "a tag has no name");
    if (tag.kind != '!' && tag.kind != '=' && std::ranges::any_of(tag.name, is_space))
      return wrong(begin, "a name holds a blank");
    return tag;
  }

  // Whether the tag is alone on its line; then `begin` and `end` grow to take the whole line.
  bool standalone(const Tag& tag, std::size_t& begin, std::size_t& end) const {
    auto line = tag.begin;
    while (line > 0 && is_blank(source_[line - 1])) --line;
    if (line > 0 && source_[line - 1] != '\n') return false;
    auto rest = tag.end;
    while (rest < source_.size() && is_blank(source_[rest])) ++rest;
    if (source_.substr(rest, 2) == "\r\n")
      rest += 2;
    else if (rest < source_.size() && source_[rest] == '\n')
      ++rest;
    else if (rest < source_.size())
      return false;
    begin = line;
    end = rest;
    return true;
  }

  void append_text(std::string_view text) {
    if (!text.empty()) stack_.back().nodes.push_back({.text = std::string(text)});
  }

  Result<> place(const Tag& tag) {
    auto begin = tag.begin, end = tag.end;
    bool interpolates = tag.kind == 'v' || tag.kind == '&' || tag.kind == '{';
    bool alone = !interpolates && standalone(tag, begin, end);
    append_text(source_.substr(at_, begin - at_));
    at_ = end;
    switch (tag.kind) {
      case '!':
        return {};
      case '=':
        return set_delimiters(tag);
      case '#':
        return open_section(tag, NodeKind::section);
      case '^':
        return open_section(tag, NodeKind::inverted);
      case '/':
        return close_section(tag);
      case '>':
        return add_partial(tag, alone ? source_.substr(begin, tag.begin - begin) : "");
      default:
        break;
    }
    auto kind = tag.kind == 'v' ? NodeKind::variable : NodeKind::raw;
    stack_.back().nodes.push_back({.kind = kind, .path = split_path(tag.name)});
    return {};
  }

  Result<> set_delimiters(const Tag& tag) {
    auto gap = std::ranges::find_if(tag.name, is_space);
    std::string_view first(tag.name.begin(), gap);
    auto second = trimmed(std::string_view(gap, tag.name.end()));
    if (second.empty() || std::ranges::any_of(second, is_space) ||
        tag.name.find('=') != std::string_view::npos)
      return wrong(tag.begin, "delimiters are written {{=<% %>=}}");
    open_ = first;
    close_ = second;
    return {};
  }

  Result<> open_section(const Tag& tag, NodeKind kind) {
    if (stack_.size() > kMaxDepth) return wrong(tag.begin, "sections are nested too deeply");
    stack_.push_back({.name = std::string(tag.name), .kind = kind, .begin = tag.begin});
    return {};
  }

  Result<> close_section(const Tag& tag) {
    if (stack_.size() == 1 || stack_.back().name != tag.name)
      return wrong(tag.begin, "'" + std::string(tag.name) + "' closes a section that is not open");
    auto closed = std::move(stack_.back());
    stack_.pop_back();
    stack_.back().nodes.push_back({.kind = closed.kind,
                                   .path = split_path(closed.name),
                                   .children = std::move(closed.nodes)});
    return {};
  }

  Result<> add_partial(const Tag& tag, std::string_view indent) {
    std::pair key(std::string(tag.name), std::string(indent));
    auto [found, added] = bodies_.index.try_emplace(key, bodies_.order.size() + 1);
    if (added) bodies_.order.push_back(key);
    if (bodies_.order.size() > kMaxBodies) return wrong(tag.begin, "a partial indents itself");
    stack_.back().nodes.push_back({.kind = NodeKind::partial, .partial = found->second});
    return {};
  }

  std::string_view source_;
  Bodies& bodies_;
  std::string open_ = "{{", close_ = "}}";
  std::size_t at_ = 0;
  std::vector<Open> stack_;
};

}  // namespace

Result<Program> compile(std::string_view text, const std::map<std::string, std::string>& partials) {
  Bodies bodies;
  Program program;
  SB_TRY(main, Parser(text, bodies).parse());
  program.bodies.push_back(std::move(main));
  for (std::size_t i = 0; i < bodies.order.size(); ++i) {  // grows while partials name partials
    auto [name, indent] = bodies.order[i];
    auto found = partials.find(name);
    auto source = found == partials.end() ? std::string() : indented(found->second, indent);
    auto body = Parser(source, bodies).parse();
    if (!body) return fail(std::move(body).error().within("partial '" + name + "'"));
    program.bodies.push_back(*std::move(body));
  }
  return program;
}

}  // namespace stockbell::templates::internal
