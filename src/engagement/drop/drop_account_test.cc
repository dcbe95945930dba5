// The account against real clients: OpenSSH's sftp, lftp, curl, and our own SftpClient.
#include "engagement/drop/drop_account.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <fstream>
#include <set>

#include "support/store.h"

namespace stockbell::engagement {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class DropAccountTest : public testing::StoreTest {
 public:
  void SetUp() override { begin(); }
  void TearDown() override {
    if (drop) drop->stop();
  }

  void begin() {
    ASSERT_TRUE(db().migrate(DropAccount::migrations()));
    DropOptions options;
    options.listen = "127.0.0.1:0";
    options.root = directory() / "sftp";
    options.host_key_file = directory() / "keys" / "host";
    options.max_bad_passwords = 3;
    options.quota_bytes = quota;
    drop =
        std::make_unique<DropAccount>(db(), clock, random, options, [this](const fs::path& file) {
          std::lock_guard lock(mutex);
          told.push_back(file.filename());
        });
    auto started = drop->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  void log_in_as_feed() {
    auto made = drop->create_account({.name = "feed"});
    ASSERT_TRUE(made);
    password = *made;
  }
  std::string host_options() const {
    return " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
           " -o PreferredAuthentications=password -o PubkeyAuthentication=no";
  }
  std::string sftp_command(const std::string& more = "") const {
    return fmt::format(
        "SSHPASS='{}' sshpass -e sftp{} {} -oBatchMode=no -P {} -b {} feed@127.0.0.1", password,
        host_options(), more, drop->port(), (directory() / "batch").string());
  }
  // Runs a shell command; its output is in `output`, its exit status is returned.
  int run(const std::string& command) {
    auto file = directory() / "output";
    int status = std::system(
        ("cd '" + directory().string() + "' && (" + command + ") >'" + file.string() + "' 2>&1")
            .c_str());
    output = read(file);
    return WEXITSTATUS(status);
  }
  int sftp(const std::string& batch) {
    write("batch", batch);
    return run(sftp_command());
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory() / name) << text;
  }
  static std::string read(const fs::path& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  template <class Condition>
  bool eventually(Condition&& condition) {
    auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  fs::path import(const std::string& name) const { return directory() / "sftp" / "Import" / name; }

  std::uint64_t quota = 0;
  std::unique_ptr<DropAccount> drop;
  std::string password, output;
  std::mutex mutex;
  std::vector<std::string> told;
};

TEST_P(DropAccountTest, TakesFilesFromOpenSsh) {
  log_in_as_feed();
  write("a.psv", "one");
  write("b.psv", "two");
  ASSERT_EQ(
      sftp("cd Import\nput a.psv\nput b.psv .c.tmp\nrename .c.tmp c.psv\nls -l\nget c.psv back\n"
           "mkdir old\nput a.psv\nrm a.psv\nrmdir old\n"),
      0)
      << output;
  EXPECT_EQ(told, (std::vector<std::string>{"a.psv", "c.psv", "a.psv"}));
  EXPECT_EQ(read(directory() / "back"), "two");
  EXPECT_NE(output.find("c.psv"), std::string::npos);
  EXPECT_FALSE(fs::exists(import("a.psv")));
}

TEST_P(DropAccountTest, KeepsClientsInside) {
  log_in_as_feed();
  write("a.psv", "one");
  fs::create_symlink("/etc", import("link"));
  EXPECT_NE(sftp("get ../../../etc/passwd stolen\n"), 0);
  EXPECT_NE(sftp("get /etc/passwd stolen\n"), 0);
  EXPECT_NE(sftp("get Import/link/passwd stolen\n"), 0);
  EXPECT_NE(sftp("put a.psv Import/link/stockbell-was-here\n"), 0);
  EXPECT_NE(sftp("ln -s /etc/passwd Import/p\n"), 0);
  EXPECT_NE(sftp("put a.psv Import/a:b.psv\n"), 0);
  EXPECT_NE(output.find("Permission denied"), std::string::npos) << output;
  EXPECT_NE(sftp("rmdir Import\n"), 0);
  EXPECT_NE(sftp("rename Import Elsewhere\n"), 0);
  EXPECT_FALSE(fs::exists(directory() / "stolen"));
  EXPECT_FALSE(fs::exists("/etc/stockbell-was-here"));
  EXPECT_TRUE(told.empty());
}

TEST_P(DropAccountTest, NeverTakesAHalfForAWhole) {
  log_in_as_feed();
  write("big.psv", std::string(8 << 20, 'x'));
  write("batch", "put big.psv Import/big.psv\n");
  auto command = "exec setsid sh -c \"" + sftp_command("-l 2000") + "\" >/dev/null 2>&1";
  const char* arguments[] = {"sh", "-c", command.c_str(), nullptr};
  auto here = fs::current_path();
  fs::current_path(directory());
  pid_t client = 0;
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  ASSERT_EQ(::posix_spawn(&client, "/bin/sh", nullptr, &attributes, const_cast<char**>(arguments),
                          environ),
            0);
  fs::current_path(here);
  std::error_code none;
  EXPECT_TRUE(eventually(
      [&] { return fs::exists(import("big.psv")) && fs::file_size(import("big.psv"), none) > 0; }));
  ::kill(-client, SIGKILL);
  ::kill(client, SIGKILL);
  ::waitpid(client, nullptr, 0);
  drop->stop();
  EXPECT_LT(fs::file_size(import("big.psv")), 8u << 20);
  EXPECT_TRUE(told.empty());
  begin();  // a restart looks into Import and still knows
  EXPECT_TRUE(told.empty());
  ASSERT_EQ(sftp("put -a big.psv Import/big.psv\n"), 0) << output;
  EXPECT_EQ(fs::file_size(import("big.psv")), 8u << 20);
  EXPECT_EQ(told, std::vector<std::string>{"big.psv"});
}

TEST_P(DropAccountTest, TellsOfFilesThatWaitAtStart) {
  drop->stop();
  write("sftp/Import/waiting.psv", "x");
  write("sftp/Import/.half.tmp", "x");
  write("sftp/Import/waiting.psv.manifest.json", "{}");  // tells about a file and is none
  begin();
  EXPECT_EQ(told, std::vector<std::string>{"waiting.psv"});
}

TEST_P(DropAccountTest, LocksOutWhoGuesses) {
  log_in_as_feed();
  auto right = password;
  password = "wrong";
  for (int guess = 0; guess < 3; ++guess) EXPECT_NE(sftp("ls\n"), 0);
  password = right;
  EXPECT_NE(sftp("ls\n"), 0);
  clock.advance(31min);
  EXPECT_EQ(sftp("ls\n"), 0) << output;
}

TEST_P(DropAccountTest, LetsKeysIn) {
  log_in_as_feed();
  ASSERT_EQ(run("ssh-keygen -q -t ed25519 -N '' -f key"), 0) << output;
  ASSERT_TRUE(drop->set_public_keys("feed", {read(directory() / "key.pub")}));
  write("batch", "ls\n");
  auto command = fmt::format(
      "sftp -i key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no "
      "-o UserKnownHostsFile=/dev/null -P {} -b batch feed@127.0.0.1",
      drop->port());
  EXPECT_EQ(run(command), 0) << output;
  EXPECT_NE(output.find("Import"), std::string::npos);
}

TEST_P(DropAccountTest, RefusesKeysThatNobodyCouldUse) {
  for (const char* key :
       {"", "ssh-ed25519", "ssh-dss AAAAB3NzaC1kc3MAAACBAP", "ssh-ed25519 AAAA",
        "-----BEGIN OPENSSH PRIVATE KEY-----", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7"}) {
    auto made = drop->create_account({.name = "keys", .public_keys = {key}});
    ASSERT_FALSE(made) << key;
    EXPECT_EQ(made.error().field, "public_keys");
  }
  EXPECT_EQ(drop->create_account({.name = "keys", .password = false}).error().field, "password");
  EXPECT_FALSE(drop->create_account({.name = ".."}));
  EXPECT_TRUE(drop->list_accounts()->empty());
}

TEST_P(DropAccountTest, KeepsAnOwnFolderFromTheOthers) {
  log_in_as_feed();
  auto own = drop->create_account({.name = "supplier", .own_folder = true});
  ASSERT_TRUE(own) << own.error().message;
  write("a.psv", "one");
  ASSERT_EQ(sftp("put a.psv Import/shared.psv\n"), 0) << output;
  write("batch", "ls -l\nput a.psv Import/own.psv\nget Import/shared.psv stolen\n");
  auto command = sftp_command();
  command.replace(command.find(password), password.size(), *own);
  command.replace(command.find("feed@"), 5, "supplier@");
  EXPECT_NE(run(command), 0);
  EXPECT_NE(output.find("Reports"), std::string::npos) << output;
  EXPECT_FALSE(fs::exists(directory() / "stolen"));
  EXPECT_TRUE(fs::exists(directory() / "sftp-accounts/supplier/Import/own.psv"));
  EXPECT_FALSE(fs::exists(import("own.psv")));
  EXPECT_EQ(told, (std::vector<std::string>{"shared.psv", "own.psv"}));
  drop->stop();
  begin();  // what waits in an own folder is found too
  EXPECT_EQ(std::set<std::string>(told.begin() + 2, told.end()),
            (std::set<std::string>{"own.psv", "shared.psv"}));
}

TEST_P(DropAccountTest, RefusesWhatIsOverTheQuotaAndTakesItOnceThereIsRoom) {
  drop->stop();
  quota = 1 << 20;
  begin();
  log_in_as_feed();
  write("a.psv", std::string(700 << 10, 'a'));
  ASSERT_EQ(sftp("put a.psv Import/a.psv\n"), 0) << output;
  EXPECT_NE(sftp("put a.psv Import/b.psv\n"), 0);
  EXPECT_NE(output.find("Failure"), std::string::npos) << output;
  EXPECT_EQ(told, std::vector<std::string>{"a.psv"});
  fs::remove(import("b.psv"));
  fs::remove(import("a.psv"));  // as the import takes it
  EXPECT_TRUE(eventually([&] { return sftp("put a.psv Import/c.psv\n") == 0; })) << output;
  EXPECT_EQ(told.back(), "c.psv");
}

TEST_P(DropAccountTest, EndsTheSessionsOfARemovedAccount) {
  log_in_as_feed();
  write("big.psv", std::string(8 << 20, 'x'));
  write("batch", "put big.psv Import/big.psv\n");
  std::thread client([&] { run(sftp_command("-l 2000")); });
  std::error_code none;
  EXPECT_TRUE(eventually(
      [&] { return fs::exists(import("big.psv")) && fs::file_size(import("big.psv"), none) > 0; }));
  EXPECT_TRUE(drop->remove_account("feed"));
  client.join();
  EXPECT_LT(fs::file_size(import("big.psv")), 8u << 20);
  EXPECT_TRUE(told.empty());
  EXPECT_NE(sftp("ls\n"), 0);
  EXPECT_EQ(drop->remove_account("feed").error().reason, "sftp-account-unknown");
}

TEST_P(DropAccountTest, ServesThroughHalfOpenConnections) {
  log_in_as_feed();
  std::vector<sftp::Fd> silent;
  for (int i = 0; i < 1000; ++i) {
    silent.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(drop->port()));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(silent.back().get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  EXPECT_EQ(sftp("ls\n"), 0) << output;
}

TEST_P(DropAccountTest, ServesLftpAndCurl) {
  log_in_as_feed();
  write("l.psv", "lftp");
  write("c.psv", "curl");
  EXPECT_EQ(run(fmt::format(
                "timeout 30 lftp -e 'set sftp:auto-confirm yes; set net:max-retries 1; cd Import; "
                "put l.psv; ls; bye' -u 'feed,{}' sftp://127.0.0.1:{}",
                password, drop->port())),
            0)
      << output;
  EXPECT_EQ(run(fmt::format("curl -sS -k -u 'feed:{}' -T c.psv sftp://127.0.0.1:{}/Import/c.psv",
                            password, drop->port())),
            0)
      << output;
  EXPECT_EQ(told, (std::vector<std::string>{"l.psv", "c.psv"}));
}

TEST_P(DropAccountTest, TakesOurOwnClientsUpload) {
  write("f.psv", std::string(300'000, 'y'));
  auto target = drop->local_target("commerce");
  ASSERT_TRUE(target);
  sftp::SftpClient client;
  for (int time = 0; time < 2; ++time) {  // the second replaces the first
    auto sent = client.upload(*target, directory() / "f.psv", "feed.psv");
    ASSERT_TRUE(sent) << sent.error().message;
  }
  EXPECT_EQ(fs::file_size(import("feed.psv")), 300'000u);
  EXPECT_EQ(told, (std::vector<std::string>{"feed.psv", "feed.psv"}));
  EXPECT_TRUE(client.check(*target));
  auto stranger = *target;
  stranger.known_host_key = "SHA256:other";
  EXPECT_EQ(client.check(stranger).error().reason, "sftp-host-key");
  stranger = *target;
  stranger.password = "wrong";
  EXPECT_EQ(client.check(stranger).error().code, ErrorCode::unauthorized);
  drop->stop();
  EXPECT_EQ(client.upload(*target, directory() / "f.psv", "feed.psv").error().code,
            ErrorCode::unavailable);
}

STOCKBELL_STORE_TESTS(DropAccountTest);

}  // namespace
}  // namespace stockbell::engagement
