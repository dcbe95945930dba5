#include "platform/http/multipart.h"

#include <gtest/gtest.h>

#include <fstream>

namespace stockbell::http {
namespace {

struct Seen {
  std::string text;
  PartEvents events() {
    return {[this](const PartHead& part) -> Result<> {
              text += part.name + "|" + part.file_name + "|" + part.content_type + "{";
              return {};
            },
            [this](std::string_view piece) -> Result<> {
              text += piece;
              return {};
            },
            [this]() -> Result<> {
              text += "}";
              return {};
            }};
  }
};

constexpr std::string_view kBody =
    "preamble\r\n"
    "--B1\r\nContent-Disposition: form-data; name=\"job\"\r\nContent-Type: application/json; "
    "charset=UTF-8\r\n\r\n{\"a\":1}\r\n"
    "--B1  \r\ncontent-disposition: form-data; name=content; filename=\"a \\\"b\\\".csv\"\r\n"
    "Content-Type: text/csv\r\n\r\nx,y\r\n--B\r\n1,2\r\n\r\n"
    "--B1\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--B1--\r\nepilogue";
constexpr std::string_view kSeen =
    "job||application/json{{\"a\":1}}content|a \"b\".csv|text/csv{x,y\r\n--B\r\n1,2\r\n}"
    "empty||text/plain{}";

TEST(Multipart, ReadsPartsWhateverTheCuts) {
  for (std::size_t step = 1; step <= kBody.size(); ++step) {
    Seen seen;
    MultipartReader reader("B1", seen.events());
    for (std::size_t at = 0; at < kBody.size(); at += step)
      ASSERT_TRUE(reader.feed(kBody.substr(at, step)));
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(seen.text, kSeen) << "pieces of " << step;
  }
}

TEST(Multipart, ReadsASpooledFile) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "multipart_body";
  std::ofstream(file, std::ios::binary) << kBody;
  Seen seen;
  ASSERT_TRUE(read_multipart(file, "B1", seen.events()));
  EXPECT_EQ(seen.text, kSeen);
}

TEST(Multipart, RefusesWhatIsTornOrTooMuch) {
  const auto refused = [](std::string_view body) {
    Seen seen;
    const auto read = read_multipart(body, "B", seen.events());
    return read ? std::string("taken") : read.error().message;
  };
  const std::string head = "Content-Disposition: form-data; name=a\r\n\r\n";
  EXPECT_EQ(refused("--B\r\n" + head + "x\r\n--B--"), "taken");
  EXPECT_EQ(refused("--B\r\n" + head + "x"), "the body ends before its closing boundary");
  EXPECT_EQ(refused("--B--"), "taken");
  EXPECT_EQ(refused("--Bx\r\n" + head), "text follows a boundary on its line");
  EXPECT_EQ(refused("--B\r\n\r\nx\r\n--B--"),
            "a part needs one Content-Disposition: form-data with a name");
  EXPECT_EQ(refused("--B\r\n" + head + "x\r\n--B\r\n" + head + "y\r\n--B--"),
            "two parts have the same name");
  EXPECT_EQ(refused("--B\r\nContent-Type: multipart/mixed; boundary=C\r\n" + head + "\r\n--B--"),
            "a part may not hold parts");
  EXPECT_EQ(refused("--B\r\nContent-Transfer-Encoding: base64\r\n" + head + "\r\n--B--"),
            "parts are taken as they are, without Content-Transfer-Encoding");
  EXPECT_EQ(refused("--B\r\nX: " + std::string(9000, 'x') + "\r\n" + head),
            "the header of a part is longer than 8 KiB");
  EXPECT_EQ(refused(std::string(5000, 'x')), "there is no boundary in the first 4 KiB");
  std::string many;
  for (int i = 0; i < 17; ++i)
    many += fmt::format("--B\r\nContent-Disposition: form-data; name=p{}\r\n\r\n\r\n", i);
  EXPECT_EQ(refused(many), "the body has more than 16 parts");
}

TEST(Multipart, FindsTheBoundary) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc").value(), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=x; boundary=\"a b:c\"").value(),
            "a b:c");
  for (const auto* wrong :
       {"multipart/form-data", "text/plain; boundary=a",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a ",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=<a>"})
    EXPECT_FALSE(multipart_boundary(wrong)) << wrong;
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')));
}

}  // namespace
}  // namespace stockbell::http
