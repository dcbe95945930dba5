#include "frame/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace stockbell::bench {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Three digits that count, however large or small.
std::string shown(double value) {
  if (value >= 100 || value <= -100) return fmt::format("{:.0f}", value);
  if (value >= 10 || value <= -10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.3f}", value);
}

}  // namespace

Report::Report(std::string bench, int argc, char** argv) : bench_(std::move(bench)) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--quick") {
      quick_ = true;
      continue;
    }
    const bool help = std::string_view(argv[i]) == "--help";
    fmt::print(help ? stdout : stderr, "usage: {} [--quick]   (a run of a minute at most)\n",
               argv[0]);
    std::exit(help ? 0 : 2);
  }
}

int Report::finish() const {
  for (const auto& note : notes_) fmt::print("{}\n", note);
  std::size_t width = 6;
  for (const auto& figure : figures_) width = std::max(width, figure.figure.size());
  fmt::print("{:{}}  {:>10}  {:8}  {:>4}  {}\n", "figure", width, "value", "unit", "runs",
             "against");
  for (const auto& figure : figures_)
    fmt::print("{:{}}  {:>10}  {:8}  {:>4}  {}{}\n", figure.figure, width, shown(figure.value),
               figure.unit, figure.runs, figure.against,
               figure.ratio ? fmt::format(" (ratio {:.2f})", *figure.ratio) : "");
  for (const auto& figure : figures_)
    fmt::print(
        R"({{"bench":{},"figure":{},"value":{},"unit":{},"runs":{},"against":{},"ratio":{}}})"
        "\n",
        quoted(bench_), quoted(figure.figure), figure.value, quoted(figure.unit), figure.runs,
        figure.against.empty() ? "null" : quoted(figure.against),
        figure.ratio ? fmt::format("{:.3f}", *figure.ratio) : "null");
  return figures_.empty() ? 1 : 0;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median(int runs, const std::function<double()>& measure) {
  std::vector<double> values;
  for (int run = 0; run < runs; ++run) values.push_back(measure());
  return median(std::move(values));
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace stockbell::bench
