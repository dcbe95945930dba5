// Precision and recall of the shipped rules over labelled pairs, beside the naive rule that names
// and e-mail are equal; and what a comparison costs.
#include <fmt/format.h>

#include "crm/matching/matching.h"
#include "frame/report.h"
#include "matching/quality.h"

using namespace stockbell;
using namespace stockbell::bench;
using namespace stockbell::crm::matching;

namespace {

constexpr std::uint64_t kSeed = 20260101;

void quality_figures(Report& report) {
  const std::size_t pairs = report.quick() ? 200 : 2000;
  const int runs = report.quick() ? 1 : 3;
  const std::vector<std::string> rules{"standard_contact", "contact_resolution", "email_first",
                                       "exact"};
  std::vector<Quality> first;
  std::vector<double> precision(rules.size()), recall(rules.size());
  for (std::size_t r = 0; r < rules.size(); ++r) {
    std::vector<double> p, q;
    for (int run = 0; run < runs; ++run) {
      auto quality = measure_quality(rules[r], pairs, kSeed + static_cast<std::uint64_t>(run));
      p.push_back(quality.precision());
      q.push_back(quality.recall());
      if (run == 0) first.push_back(std::move(quality));
    }
    precision[r] = median(p);
    recall[r] = median(q);
  }
  report.note(
      fmt::format("Pairs called one person, of {} each ({} kinds); in brackets: and beyond "
                  "the reach of the match keys",
                  pairs, pair_kinds().size()));
  auto header = fmt::format("{:20} {:10}", "kind", "truth");
  for (const auto& rule : rules) header += fmt::format("{:>24}", rule);
  report.note(header);
  for (std::size_t k = 0; k < pair_kinds().size(); ++k) {
    const auto& kind = pair_kinds()[k];
    auto line = fmt::format("{:20} {:10}", kind.name, kind.same_person ? "same" : "different");
    for (const auto& quality : first) {
      const auto& of_kind = quality.kinds[k];
      auto share = [&](std::size_t n) {
        return 100.0 * static_cast<double>(n) / static_cast<double>(of_kind.pairs);
      };
      line +=
          fmt::format("{:>24}", of_kind.beyond_keys > 0
                                    ? fmt::format("{:.1f} % (+{:.1f})", share(of_kind.called_same),
                                                  share(of_kind.beyond_keys))
                                    : fmt::format("{:.1f} %", share(of_kind.called_same)));
    }
    report.note(line);
  }
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const bool naive = rules[r] == "exact";
    auto figure = [&](std::string_view name, const std::vector<double>& values) {
      Figure made{fmt::format("{} {}", rules[r], name), values[r], "share", runs, "", {}};
      if (!naive) made.against = "exact names and e-mail";
      if (!naive && values.back() > 0) made.ratio = values[r] / values.back();
      report.add(made);
    };
    figure("precision", precision);
    figure("recall", recall);
  }
}

void cost_figures(Report& report) {
  const std::size_t count = report.quick() ? 2000 : 20'000;
  const int runs = report.quick() ? 3 : 5;
  SeededRandom random(kSeed);
  const auto pairs = make_pairs(0, count, random);
  for (auto name : shipped_rule_names()) {
    const auto rule = *shipped_rule(name);
    auto microseconds = [&](const std::function<void(std::size_t)>& work) {
      return median(runs, [&] {
        return 1e6 / static_cast<double>(count) * seconds_of([&] {
                 for (std::size_t i = 0; i < count; ++i) work(i);
               });
      });
    };
    std::size_t sink = 0;
    report.add({fmt::format("{} keys of a contact", name),
                microseconds([&](std::size_t i) { sink += keys_of(rule, pairs[i].stored).size(); }),
                "us",
                runs,
                "",
                {}});
    report.add(
        {fmt::format("{} probes of a contact", name),
         microseconds([&](std::size_t i) { sink += probes_of(rule, pairs[i].stored).size(); }),
         "us",
         runs,
         "",
         {}});
    std::vector<ContactFields> candidates;
    for (std::size_t i = 0; i < 8; ++i) candidates.push_back(pairs[i].stored);
    report.add({fmt::format("{} resolve among 8", name),
                microseconds([&](std::size_t i) {
                  sink += resolve(rule, pairs[i].incoming, candidates).matches.size();
                }),
                "us",
                runs,
                "",
                {}});
    if (sink == 0) report.note("nothing matched");
  }
}

}  // namespace

int main(int argc, char** argv) {
  Report report("matching", argc, argv);
  quality_figures(report);
  cost_figures(report);
  return report.finish();
}
