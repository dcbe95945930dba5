#include <boost/url.hpp>

#include "app/feed_uploads.h"

namespace stockbell::app {

Result<sftp::SftpTarget> parse_sftp_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  const auto host_key = parsed ? parsed->params().find("host_key") : boost::urls::params_view::iterator();
  if (!parsed || parsed->scheme() != "sftp" || parsed->host().empty() || parsed->user().empty() ||
      host_key == parsed->params().end())
    return fail(ErrorCode::invalid, "sftp-url-invalid",
                "engagement.sftp must look like sftp://user:password@host:22/Import?host_key=SHA256:… "
                "(the fingerprint that ssh-keygen -lf prints)");
  sftp::SftpTarget target;
  target.host = parsed->host();
  target.port = parsed->has_port() ? parsed->port_number() : 22;
  target.user = parsed->user();
  target.password = parsed->password();
  // A fingerprint is pasted as ssh-keygen prints it: its "+" is no blank.
  target.known_host_key = (*host_key).value;
  if (target.known_host_key.starts_with("SHA256:")) std::ranges::replace(target.known_host_key, ' ', '+');
  auto directory = std::string(parsed->path());
  while (directory.starts_with('/')) directory.erase(0, 1);
  target.directory = directory.empty() ? "Import" : directory;
  return target;
}

}  // namespace stockbell::app
