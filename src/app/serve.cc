#include "app/serve.h"

#include <sys/resource.h>

#include <csignal>
#include <iostream>

#include "app/application.h"
#include "app/demo_shop.h"
#include "platform/log/log.h"

namespace stockbell::app {
namespace {

// Signals are taken by sigwait in this thread alone; all threads made later inherit the mask.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

// Each connection takes a descriptor, and the usual soft limit is 1024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void print_addresses(const config::Config& config, const Application& application, const DemoUser& user) {
  const auto& url = application.control().url;
  if (config.has_role("commerce")) std::cout << "shop     " << url << "/\n";
  std::cout << "console  " << url << "/console/";
  if (!user.password.empty()) std::cout << "   sign in as " << user.email << ", password " << user.password;
  std::cout << "\n";
  if (config.has_role("engagement")) {
    if (config.mail_transport == "outbox") std::cout << "mailbox  " << url << "/console/#/mailbox\n";
    std::cout << "sftp     " << application.sftp_address() << "\n";
  }
  std::cout << "Stockbell is running; Ctrl-C stops it." << std::endl;
}

}  // namespace

Result<> serve(const config::Config& config, bool demo) {
  auto signals = block_signals();
  raise_descriptor_limit();
  SB_TRY(application, Application::start(config, true));
  DemoUser user;
  if (demo) {
    SB_TRY(made, open_demo_shop(config, application->control()));
    user = made;
  }
  print_addresses(config, *application, user);
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("stopping", {{"signal", std::to_string(signal)}});
  application.reset();
  return {};
}

}  // namespace stockbell::app
