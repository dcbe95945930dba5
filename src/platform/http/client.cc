#include "platform/http/client.h"

#include <curl/curl.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>

namespace stockbell::http {
namespace {

struct Receiving {
  Response response;
  std::size_t limit;
  bool too_large = false;
};

std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* context) {
  auto& receiving = *static_cast<Receiving*>(context);
  if (receiving.response.body.size() + count > receiving.limit) {
    receiving.too_large = true;
    return 0;
  }
  receiving.response.body.append(bytes, count);
  return count;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* context) {
  auto& headers = static_cast<Receiving*>(context)->response.headers;
  std::string_view line(bytes, count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) headers.clear();  // the head before was a 1xx one
  auto colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  auto value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  headers.emplace_back(line.substr(0, colon), value);
  return count;
}

Error error_of(CURLcode code, const Receiving& receiving) {
  std::string what = curl_easy_strerror(code);
  if (receiving.too_large)
    return {ErrorCode::too_large, "http-response-too-large", "the peer's answer is too long", ""};
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {ErrorCode::invalid, "http-request-invalid", what, ""};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::unavailable, "http-timeout", what, ""};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
      return {ErrorCode::unavailable, "http-tls", what, ""};
    default:
      return {ErrorCode::unavailable, "http-unreachable", what, ""};
  }
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Streams `file` as the body, as a POST with its length said.
Result<File> open_body(CURL* curl, const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "rb"), std::fclose);
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!file || error)
    return fail(ErrorCode::invalid, "http-request-invalid", path.string() + ": cannot be read");
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, nullptr);
  curl_easy_setopt(curl, CURLOPT_READDATA, file.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size));
  return file;
}

bool one_line(std::string_view text) {
  return text.find_first_of("\r\n") == std::string_view::npos;
}

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

Headers header_list(const ClientRequest& request) {
  Headers list(curl_slist_append(nullptr, "Expect:"), curl_slist_free_all);
  for (const auto& [name, value] : request.headers) {
    // curl drops "Name:" and takes "Name;" for an empty value.
    std::string line = value.empty() ? name + ";" : name + ": " + value;
    if (auto* longer = curl_slist_append(list.get(), line.c_str())) {
      (void)list.release();
      list.reset(longer);
    }
  }
  return list;
}

void set_options(CURL* curl, const ClientRequest& request, curl_slist* headers) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!request.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, request.ca_file.c_str());
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

Result<Handle> make_handle() {
  static std::once_flag started;  // libcurl wants its global state made by one thread
  std::call_once(started, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Handle curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::internal, "http-client", "libcurl cannot start");
  return curl;
}

Result<Response> perform(CURL* curl, const ClientRequest& request) {
  for (const auto& [name, value] : request.headers)
    if (!one_line(name) || !one_line(value))
      return fail(ErrorCode::invalid, "http-request-invalid", "a header holds a line break");
  auto headers = header_list(request);
  set_options(curl, request, headers.get());
  File body(nullptr, std::fclose);
  if (!request.body_file.empty()) {
    SB_TRY(opened, open_body(curl, request.body_file));
    body = std::move(opened);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  Receiving receiving{{}, request.response_limit};
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiving);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &receiving);
  auto code = curl_easy_perform(curl);
  if (code != CURLE_OK) return fail(error_of(code, receiving));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  receiving.response.status = static_cast<int>(status);
  return std::move(receiving.response);
}

}  // namespace

Result<Response> fetch(const ClientRequest& request) {
  SB_TRY(curl, make_handle());
  return perform(curl.get(), request);
}

struct Client::Idle {
  std::mutex mutex;
  std::vector<Handle> handles;  // as many as calls were under way at once
};

Client::Client() : idle_(std::make_unique<Idle>()) {}
Client::~Client() = default;

Result<Response> Client::fetch(const ClientRequest& request) {
  Handle curl(nullptr, curl_easy_cleanup);
  {
    std::lock_guard lock(idle_->mutex);
    if (!idle_->handles.empty()) {
      curl = std::move(idle_->handles.back());
      idle_->handles.pop_back();
    }
  }
  if (!curl) {
    SB_TRY(made, make_handle());
    curl = std::move(made);
  }
  auto response = perform(curl.get(), request);
  curl_easy_reset(curl.get());  // keeps the connection
  std::lock_guard lock(idle_->mutex);
  idle_->handles.push_back(std::move(curl));
  return response;
}

}  // namespace stockbell::http
