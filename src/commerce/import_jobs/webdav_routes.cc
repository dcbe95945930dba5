#include "commerce/import_jobs/webdav_routes.h"

#include <fmt/chrono.h>

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kPutBytes = std::size_t{500} << 20;  // B2C Commerce's limit of an upload

const std::string kRoot(kWebdavRoot);

std::string http_date(Time time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     std::chrono::floor<std::chrono::seconds>(time));
}

std::string href_of(const std::string& path, bool directory) {
  std::string href = kRoot;
  std::size_t start = 0;
  while (start < path.size()) {
    const auto end = std::min(path.find('/', start), path.size());
    if (end > start) href += "/" + text::url_encode(path.substr(start, end - start));
    start = end + 1;
  }
  return directory ? href + "/" : href;
}

void write_properties(std::string& xml, const std::string& path, const ImpexFolder::Entry& entry) {
  xml += "<D:response><D:href>" + href_of(path, entry.directory) +
         "</D:href><D:propstat><D:prop><D:displayname>" + text::escape_html(entry.name) +
         "</D:displayname><D:getlastmodified>" + http_date(entry.modified_at) +
         "</D:getlastmodified>";
  xml += entry.directory ? "<D:resourcetype><D:collection/></D:resourcetype>"
                         : "<D:resourcetype/><D:getcontentlength>" + std::to_string(entry.bytes) +
                               "</D:getcontentlength>";
  xml += "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
}

Result<http::Response> propfind(const ImpexFolder& folder, const std::string& path,
                                const std::string& depth) {
  SB_TRY(entry, folder.look(path));
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">";
  write_properties(xml, path, entry);
  if (entry.directory && depth != "0") {  // "infinity" is answered as 1, as RFC 4918, 9.1 allows
    SB_TRY(entries, folder.list(path));
    for (const auto& inside : entries)
      write_properties(xml, path.empty() ? inside.name : path + "/" + inside.name, inside);
  }
  http::Response response{207, {}, xml + "</D:multistatus>", {}};
  response.set("Content-Type", "application/xml; charset=utf-8");
  return response;
}

// The path of a Destination: an address of this server, or a path alone.
Result<std::string> destination_of(const http::Request& request) {
  auto target = request.header("Destination");
  if (const auto scheme = target.find("://"); scheme != target.npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "" : target.substr(slash);
  }
  auto path = text::url_decode(target);
  if (!path || !path->starts_with(kRoot + "/"))
    return fail(ErrorCode::invalid, "path-invalid", "Destination must lie below " + kRoot,
                "Destination");
  return path->substr(kRoot.size() + 1);
}

http::Response made(bool fresh) { return http::Response::empty(fresh ? 201 : 204); }

// Depth and names as clients send them: with a slash at the end for folders.
std::string path_of(const http::Request& request) {
  const auto found = request.path_parameters.find("path");
  return found == request.path_parameters.end() ? "" : found->second;
}

}  // namespace

void add_webdav_routes(http::Router& router, ImpexFolder& folder, ImportJobRunner& runner) {
  using http::Request;
  using Answer = Result<http::Response>;
  const auto add = [&](const char* method, http::Handler handler) {
    for (const auto& pattern : {kRoot, kRoot + "/{path*}"}) {
      http::Route route{method, pattern, http::Role::admin, handler};
      if (std::string_view(method) == "PUT") {
        route.body = http::BodyMode::spooled;
        route.body_limit = kPutBytes;
      }
      router.add(std::move(route));
    }
  };
  const auto arrived = [&runner](const std::string& raw) {
    if (auto path = impex_path(raw)) runner.file_arrived(*path);
  };
  add("PUT", [&folder, arrived](const Request& request) -> Answer {
    if (request.body_file.empty())
      return fail(ErrorCode::invalid, "file-empty", "the request has no body: send the file");
    SB_TRY(fresh, folder.put(path_of(request), request.body_file));
    arrived(path_of(request));
    return made(fresh);
  });
  add("GET", [&folder](const Request& request) -> Answer {
    SB_TRY(file, folder.file_path(path_of(request)));
    http::Response response;
    response.file = std::move(file);
    response.set("Content-Type", "application/octet-stream");
    response.set("X-Content-Type-Options", "nosniff");
    return response;
  });
  add("DELETE", [&folder](const Request& request) -> Answer {
    SB_CHECK(folder.remove(path_of(request)));
    return http::Response::empty(204);
  });
  add("MKCOL", [&folder](const Request& request) -> Answer {
    if (!request.body.empty())  // RFC 4918, 9.3
      return fail(ErrorCode::invalid, "body-unexpected", "MKCOL takes no body");
    SB_CHECK(folder.make_folder(path_of(request)));
    return http::Response::empty(201);
  });
  add("MOVE", [&folder, arrived](const Request& request) -> Answer {
    SB_TRY(to, destination_of(request));
    SB_TRY(fresh, folder.move(path_of(request), to, request.header("Overwrite") != "F"));
    arrived(to);
    return made(fresh);
  });
  add("PROPFIND", [&folder](const Request& request) -> Answer {
    SB_TRY(path, impex_path(path_of(request)));
    return propfind(folder, path, request.header("Depth"));
  });
  add("OPTIONS", [](const Request&) -> Answer {
    auto response = http::Response::empty(204);
    response.set("DAV", "1");
    response.set("Allow", "OPTIONS, GET, HEAD, PUT, DELETE, MKCOL, MOVE, PROPFIND");
    return response;
  });
  router.refuse_with(kRoot, [](const Error& error, int status, const std::vector<std::string>&) {
    auto response = http::problem(error, status);
    if (status == 401) response.set("WWW-Authenticate", "Basic realm=\"Impex\", charset=\"UTF-8\"");
    return response;
  });
}

}  // namespace stockbell::commerce
