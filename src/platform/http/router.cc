#include <algorithm>
#include <stdexcept>

#include "platform/http/http.h"
#include "platform/text/text.h"

namespace stockbell::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  for (std::size_t from = 1; from <= path.size();) {
    auto end = std::min(path.find('/', from), path.size());
    out.emplace_back(path.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}
bool is_rest(std::string_view segment) { return is_parameter(segment) && segment.ends_with("*}"); }

// How a pattern fits a path: one letter per segment (literal < parameter < rest), so that the
// smaller text fits closer.
using Fit = std::string;

struct Fitted {
  Fit fit;
  std::map<std::string, std::string> parameters;
};

std::optional<Fitted> match(const std::vector<std::string>& pattern,
                            const std::vector<std::string>& path) {
  Fitted out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const auto& want = pattern[i];
    if (is_rest(want)) {
      std::string rest;
      for (std::size_t k = i; k < path.size(); ++k) rest += (k > i ? "/" : "") + path[k];
      if (rest.empty()) return {};
      out.parameters[want.substr(1, want.size() - 3)] = std::move(rest);
      out.fit += 'c';
      return out;
    }
    if (i >= path.size()) return {};
    if (is_parameter(want)) {
      if (path[i].empty()) return {};
      out.parameters[want.substr(1, want.size() - 2)] = path[i];
      out.fit += 'b';
    } else if (want == path[i]) {
      out.fit += 'a';
    } else {
      return {};
    }
  }
  if (path.size() != pattern.size()) return {};
  return out;
}

}  // namespace

void Router::add(Route route) {
  if (!route.pattern.starts_with('/') || !route.handler || route.method.empty())
    throw std::invalid_argument("route " + route.method + " " + route.pattern);
  auto segments = split(route.pattern);
  for (const auto& entry : entries_)
    if (entry.route.method == route.method && entry.route.pattern == route.pattern)
      throw std::invalid_argument("two routes " + route.method + " " + route.pattern);
  if (!route.pattern.contains('{')) literal_[route.pattern].push_back(entries_.size());
  entries_.push_back({std::move(route), std::move(segments)});
}

void Router::refuse_with(std::string prefix, RefusalRenderer renderer) {
  while (prefix.ends_with('/')) prefix.pop_back();
  auto place = std::ranges::find_if(
      renderers_, [&](const auto& entry) { return entry.first.size() < prefix.size(); });
  renderers_.insert(place, {std::move(prefix), std::move(renderer)});
}

const RefusalRenderer* Router::renderer_of(std::string_view path) const {
  for (const auto& [prefix, renderer] : renderers_)
    if (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/'))
      return &renderer;
  return nullptr;
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match found;
  // Nothing fits closer than the path itself.
  if (const auto literal = literal_.find(std::string(path)); literal != literal_.end())
    for (const auto index : literal->second)
      if (const auto& route = entries_[index].route; route.method == method) {
        found.route = &route;
        return found;
      }
  auto segments = split(path);
  for (auto& segment : segments) {
    auto decoded = text::url_decode(segment);
    if (!decoded) return found;
    segment = std::move(*decoded);
  }
  Fit best;
  for (const auto& entry : entries_) {
    auto fitted = match(entry.segments, segments);
    if (!fitted) continue;
    if (std::ranges::find(found.allowed, entry.route.method) == found.allowed.end())
      found.allowed.push_back(entry.route.method);
    bool answers =
        entry.route.method == method || (method == "HEAD" && entry.route.method == "GET");
    if (!answers || (found.route != nullptr && best <= fitted->fit)) continue;
    found.route = &entry.route;
    found.parameters = std::move(fitted->parameters);
    best = fitted->fit;
  }
  if (std::ranges::find(found.allowed, "GET") != found.allowed.end() &&
      std::ranges::find(found.allowed, "HEAD") == found.allowed.end())
    found.allowed.push_back("HEAD");
  return found;
}

}  // namespace stockbell::http
