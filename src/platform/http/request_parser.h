// Beast's incremental HTTP/1 parser, delivering the head into an Exchange and the body to a sink.
// Used by Session alone.
#pragma once
#include <boost/beast/http/basic_parser.hpp>
#include <functional>
#include <string>

#include "platform/http/dispatcher.h"

namespace stockbell::http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  using ErrorCodeOut = boost::beast::error_code;
  // Takes a piece of the body; false: no more is wanted, and put() fails with error::body_limit.
  using BodySink = std::function<bool(std::string_view)>;

  RequestParser(Exchange& exchange, std::size_t max_header_bytes) : exchange_(exchange) {
    header_limit(static_cast<std::uint32_t>(max_header_bytes));
    body_limit(boost::none);  // the sink counts
  }
  void set_sink(BodySink sink) { sink_ = std::move(sink); }

 private:
  using View = boost::beast::string_view;
  static std::string text(View view) { return std::string(view.data(), view.size()); }

  void on_request_impl(boost::beast::http::verb, View method, View target, int version,
                       ErrorCodeOut&) override {
    exchange_.request.method = text(method);
    exchange_.target = text(target);
    exchange_.version = version;
  }
  void on_response_impl(int, View, int, ErrorCodeOut&) override {}
  void on_field_impl(boost::beast::http::field, View name, View value, ErrorCodeOut&) override {
    // Fields after the body are not ours to believe: they went round every check.
    if (!head_done_) exchange_.request.headers.emplace_back(text(name), text(value));
  }
  void on_header_impl(ErrorCodeOut&) override { head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCodeOut&) override {}
  std::size_t on_body_impl(View body, ErrorCodeOut& error) override {
    if (sink_ && !sink_({body.data(), body.size()})) error = boost::beast::http::error::body_limit;
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, ErrorCodeOut&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, ErrorCodeOut& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(ErrorCodeOut&) override {}

  Exchange& exchange_;
  BodySink sink_;
  bool head_done_ = false;
};

}  // namespace stockbell::http
