// Template text to nodes: the inside of Template::compile, seen by nobody else. Not thread-safe
// while compiling.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::templates::internal {

enum class NodeKind { text, variable, raw, section, inverted, partial };

struct Node {
  NodeKind kind = NodeKind::text;
  std::string text = {};               // of a text node
  std::vector<std::string> path = {};  // dotted name; empty is the implicit iterator "."
  std::vector<Node> children = {};     // of sections
  std::size_t partial = 0;             // index into Program::bodies
};

// bodies[0] is the template, the others its partials, each compiled once per indentation it is used
// with.
struct Program {
  std::vector<std::vector<Node>> bodies;
};

Result<Program> compile(std::string_view text, const std::map<std::string, std::string>& partials);

}  // namespace stockbell::templates::internal
