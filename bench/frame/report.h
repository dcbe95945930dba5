// What every benchmark program shares: --quick, figures, medians, and their two forms, a table for
// people and a JSON line per figure for programs. One thread.
//
//   int main(int argc, char** argv) {
//     bench::Report report("matching", argc, argv);
//     report.add({"resolve", bench::median(5, measure), "us", 5});
//     return report.finish();
//   }
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stockbell::bench {

struct Figure {
  std::string figure;
  double value = 0;
  std::string unit;
  int runs = 1;
  std::string against;          // the peer, or "": none
  std::optional<double> ratio;  // ours is better by this factor
};

class Report {
 public:
  // Ends the program with a usage line for anything but --quick and --help.
  Report(std::string bench, int argc, char** argv);

  bool quick() const { return quick_; }
  void add(Figure figure) { figures_.push_back(std::move(figure)); }
  void note(std::string line) { notes_.push_back(std::move(line)); }
  // Prints notes, the table and the JSON lines; the exit code of main: 1 when there is no figure.
  int finish() const;

 private:
  std::string bench_;
  bool quick_ = false;
  std::vector<Figure> figures_;
  std::vector<std::string> notes_;
};

double median(std::vector<double> values);
double median(int runs, const std::function<double()>& measure);
double seconds_of(const std::function<void()>& work);

}  // namespace stockbell::bench
