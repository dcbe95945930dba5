#include "platform/sftp/file_session.h"

#include <gtest/gtest.h>

#include "platform/sftp/file_names.h"

namespace stockbell::sftp {
namespace {

TEST(FileNames, StayBelowTheRoot) {
  EXPECT_EQ(normalize_path("../../etc/passwd"), "etc/passwd");
  EXPECT_EQ(normalize_path("/Import//./a/../b.psv"), "Import/b.psv");
  EXPECT_EQ(normalize_path("."), "");
  for (auto bad : {"a\\b", "a:b", "a*", "a?", "a|b", "a<b", "a>b", "a\"b", "a\nb", "a\xff"})
    EXPECT_FALSE(normalize_path(bad)) << bad;
}

TEST(FileNames, KnowTemporaryOnes) {
  for (auto name : {"Import/.x", "Import/x.tmp", "Import/x.FILEPART", ".dir/x.psv"})
    EXPECT_TRUE(is_temporary(name)) << name;
  EXPECT_FALSE(is_temporary("Import/x.psv"));
}

class FileSessionTest : public ::testing::Test {
 public:
  std::string request(RequestType type, const std::string& body) {
    return session.answer(
        PacketWriter().u8(static_cast<std::uint8_t>(type)).u32(9).raw(body).take());
  }
  std::string open(const std::string& path, std::uint32_t flags) {
    auto reply = request(RequestType::open, PacketWriter().text(path).u32(flags).u32(0).take());
    return reply.size() > 9 ? reply.substr(9) : "";
  }
  Status status(const std::string& reply) {
    return static_cast<Status>(PacketReader(std::string_view(reply).substr(5)).u32());
  }
  std::filesystem::path root = make_root();
  static std::filesystem::path make_root() {
    std::string name = ::testing::TempDir() + "sftp-XXXXXX";
    return ::mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(root); }
  Jail jail = Jail::open(root).value();
  std::vector<std::string> told;
  FileSession session{jail, FileLimits{.open_handles = 100, .file_bytes = 100},
                      [this](auto& path) { told.push_back(path); }};
};

TEST_F(FileSessionTest, TellsOfAnEmptyFileAtClose) {
  auto handle = open("a.psv", kOpenWrite | kOpenCreate | kOpenTruncate);
  EXPECT_TRUE(told.empty());
  EXPECT_FALSE(is_complete(jail.stat("a.psv").value()));
  EXPECT_EQ(status(request(RequestType::close, PacketWriter().text(handle).take())), Status::ok);
  EXPECT_EQ(told, std::vector<std::string>{"a.psv"});
}

TEST_F(FileSessionTest, KeepsAFileIncompleteAfterAFailedWrite) {
  auto handle = open("a.psv", kOpenWrite | kOpenCreate);
  auto body = PacketWriter().text(handle).u64(90).text("more than ten bytes").take();
  EXPECT_EQ(status(request(RequestType::write, body)), Status::failure);
  EXPECT_EQ(status(request(RequestType::close, PacketWriter().text(handle).take())),
            Status::failure);
  EXPECT_TRUE(told.empty());
}

TEST_F(FileSessionTest, RenamesOverAnExistingFileOnlyByPosixRename) {
  for (auto name : {"a.tmp", "b.psv"})
    request(RequestType::close, PacketWriter().text(open(name, kOpenWrite | kOpenCreate)).take());
  told.clear();
  auto names = PacketWriter().text("a.tmp").text("b.psv").take();
  EXPECT_EQ(status(request(RequestType::rename, names)), Status::failure);
  EXPECT_EQ(
      status(request(RequestType::extended, PacketWriter().text(kPosixRename).raw(names).take())),
      Status::ok);
  EXPECT_EQ(told, std::vector<std::string>{"b.psv"});
}

TEST_F(FileSessionTest, EndsOnGarbageAndSurvivesCutRequests) {
  EXPECT_EQ(session.answer(""), "");
  EXPECT_EQ(session.answer("\x03"), "");
  for (int type = 3; type < 256; ++type)
    EXPECT_NE(request(static_cast<RequestType>(type), std::string("\xff\xff\xff\xff", 4)), "")
        << type;
}

}  // namespace
}  // namespace stockbell::sftp
