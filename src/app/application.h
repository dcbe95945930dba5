// One running Stockbell: opens the stores, makes the boxes named in `roles`, joins them by their ports, and listens.
// The only place that knows which boxes run. Made, started and stopped by one thread.
#pragma once
#include <memory>
#include <string>

#include "app/control.h"
#include "base/result.h"
#include "platform/config/config.h"

namespace stockbell::app {

class Application {
 public:
  // Everything is up when this returns. `resident` false: listens on free loopback ports, for one command.
  static Result<std::unique_ptr<Application>> start(const config::Config& config, bool resident);
  virtual ~Application() = default;  // stops in order

  virtual const Control& control() const = 0;
  virtual std::string http_address() const = 0;  // "127.0.0.1:8080"
  virtual std::string sftp_address() const = 0;  // empty: no engagement here
};

}  // namespace stockbell::app
