// The demo of `./run`: fills an empty shop with a made-up catalog and makes a console user. Talks to the running application by
// its HTTP API, as any shop's developer would.
#pragma once
#include <string>

#include "app/control.h"
#include "platform/config/config.h"

namespace stockbell::app {

struct DemoUser {
  std::string email, password;  // kept in data_dir/demo-user, readable by the owner alone
};

Result<DemoUser> open_demo_shop(const config::Config& config, const Control& control);

}  // namespace stockbell::app
