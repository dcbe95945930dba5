#include <gtest/gtest.h>

#include "app/feed_uploads.h"

namespace stockbell::app {
namespace {

// Symptom: every second server's fingerprint, pasted as it is printed, was taken for another key.
TEST(SftpUrl, TakesAFingerprintAsItIsPrinted) {
  const auto target = parse_sftp_url("sftp://shop:p%40ss@host:2222/Import/feeds?host_key=SHA256:a+b/c+");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->known_host_key, "SHA256:a+b/c+");
  EXPECT_EQ(target->password, "p@ss");
  EXPECT_EQ(target->port, 2222);
  EXPECT_EQ(target->directory, "Import/feeds");
  EXPECT_EQ(parse_sftp_url("sftp://shop:x@host/?host_key=SHA256:a%2Bb")->known_host_key, "SHA256:a+b");
  EXPECT_EQ(parse_sftp_url("sftp://shop:x@host/?host_key=ssh-ed25519%20AAAA")->known_host_key, "ssh-ed25519 AAAA");
  EXPECT_FALSE(parse_sftp_url("sftp://shop:x@host/Import"));
}

}  // namespace
}  // namespace stockbell::app
