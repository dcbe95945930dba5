// Domains whose mailboxes are thrown away after minutes. A list ships inside the program
// (disposable_domains.txt: one domain a line, lower case, A-labels), a file of the same form takes
// its place. Immutable, thread-safe. Step 2.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"

namespace stockbell::commerce {

class DisposableDomains {
 public:
  static DisposableDomains shipped();
  // Empty lines and those that begin with # are skipped; "!example.com" takes a domain and what is
  // below it out again. Errors: invalid "disposable-domains-invalid", with file and line.
  static Result<DisposableDomains> read(const std::filesystem::path& file);
  static Result<DisposableDomains> parse(std::string text, const std::string& name);

  // Also when a domain above it is listed: "a.mailinator.com". `domain` as A-labels, lower case.
  bool contains(std::string_view domain) const;
  std::size_t size() const { return listed_.size(); }

 private:
  std::unique_ptr<const std::string> text_;  // what the views below are of; null: the shipped text
  std::unordered_set<std::string_view> listed_, excepted_;
};

}  // namespace stockbell::commerce
