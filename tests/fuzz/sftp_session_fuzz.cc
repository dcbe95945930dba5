// SFTP messages, each with a 16-bit length before it, against a jail in a fresh directory.
#include <fstream>

#include "fuzz/fuzz.h"
#include "platform/sftp/file_session.h"

using namespace stockbell;

namespace {

// .../outer/root is the jail; nothing may change in `outer`.
class Playground {
 public:
  Playground() {
    auto base = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
    std::string pattern = std::string(base) + "/stockbell-fuzz-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    outer_ = pattern;
    std::filesystem::create_directories(root() / "Import");
    std::ofstream(root() / "Import" / "a") << "content";
    std::ofstream(outer_ / "secret") << "secret";
  }
  ~Playground() { std::filesystem::remove_all(outer_); }
  std::filesystem::path root() const { return outer_ / "root"; }
  bool is_untouched() const {
    std::ifstream in(outer_ / "secret");
    std::string word;
    auto entries = std::filesystem::directory_iterator(outer_);
    return in >> word && word == "secret" && std::distance(begin(entries), end(entries)) == 2;
  }

 private:
  std::filesystem::path outer_;
};

}  // namespace

FUZZ_TARGET(sftp_session) {
  const Playground playground;
  const auto jail = sftp::Jail::open(playground.root());
  REQUIRE(jail.has_value());
  sftp::FileSession session(*jail, {.open_handles = 4, .file_bytes = 64 * 1024},
                            [](const std::string& path) {
                              REQUIRE(!path.empty() && path.front() != '/');
                              REQUIRE(("/" + path + "/").find("/../") == std::string::npos);
                            });
  fuzz::Bytes bytes(input);
  for (int i = 0; i < 32 && !bytes.empty(); ++i) {
    std::size_t size = bytes.byte() * 256u;
    size += bytes.byte();
    const auto request = bytes.rest().substr(0, size);
    bytes = fuzz::Bytes(bytes.rest().substr(request.size()));
    const auto answer = session.answer(request);
    if (answer.empty()) break;
    REQUIRE(answer.size() <= sftp::kMaxMessageBytes && answer.find("secret") == std::string::npos);
  }
  REQUIRE(playground.is_untouched());
}
