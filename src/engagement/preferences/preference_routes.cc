#include "engagement/preferences/preference_routes.h"

#include "base/id.h"

namespace stockbell::engagement {
namespace {

using Action = PreferencePages::Action;

Result<PreferenceToken> read_token(const PreferenceRoutes& parts, PreferenceKind kind,
                                   const http::Request& request) {
  const auto& text = request.parameter("token");
  const auto token = text.size() <= 300 ? parts.links.read(kind, text) : std::nullopt;
  if (!token) return fail(ErrorCode::not_found, "link-unknown", "this address is not one of ours");
  return *token;
}

std::string field(const http::Request& request, std::string_view name) {
  if (const auto fields = request.form())
    for (const auto& [key, value] : *fields)
      if (key == name) return value;
  return "";
}

std::vector<PreferenceItem> in_state(const NoticeView& view, ShownState state) {
  std::vector<PreferenceItem> found;
  for (const auto& item : view.items)
    if (item.state == state) found.push_back(item);
  return found;
}

// Those that a confirmation has made live, whatever became of them since.
std::vector<PreferenceItem> confirmed(const NoticeView& view) {
  std::vector<PreferenceItem> found;
  for (const auto& item : view.items)
    if (item.state == ShownState::waiting || item.state == ShownState::entered ||
        item.state == ShownState::told || item.state == ShownState::bought)
      found.push_back(item);
  return found;
}

// Who holds a link past its time learns nothing from it, and no newer link either.
http::Response over(const PreferenceRoutes& parts, const NoticeView& view, const char* lead) {
  return parts.pages.action(410, view.locale, {}, Action{"page_over_title", lead, "", {}, "", false});
}

http::Response confirmation(const PreferenceRoutes& parts, const http::Request& request,
                            const PreferenceToken& token, const NoticeView& view) {
  const auto now = parts.clock.now();
  const auto pending = in_state(view, ShownState::pending);
  const auto live = confirmed(view);
  if (now >= token.expires_at)
    return over(parts, view, live.empty() ? "page_over_lead" : "page_ended_lead");
  if (!pending.empty())
    return parts.pages.action(200, view.locale, pending,
                              Action{"page_confirm_title",
                                     "page_confirm_lead",
                                     "/confirm/" + request.parameter("token"),
                                     {{"confirm", "page_confirm_button"}},
                                     "",
                                     false});
  if (!live.empty() && pending.empty())
    return parts.pages.action(200, view.locale, live,
                              Action{"page_confirmed_title",
                                     "page_confirmed_lead",
                                     "",
                                     {},
                                     parts.links.manage(view.address_key, now),
                                     false});
  const bool ran_out = !in_state(view, ShownState::expired).empty();
  return parts.pages.action(410, view.locale, view.items,
                            Action{ran_out ? "page_over_title" : "page_ended_title",
                                   ran_out ? "page_over_lead" : "page_ended_lead",
                                   "",
                                   {},
                                   "",
                                   true});
}

Result<http::Response> ask_confirm(const PreferenceRoutes& parts, const http::Request& request) {
  SB_TRY(token, read_token(parts, PreferenceKind::confirm, request));
  SB_TRY(view, parts.service.notice(token.message));
  return confirmation(parts, request, token, view);
}

Result<http::Response> confirm(const PreferenceRoutes& parts, const http::Request& request) {
  SB_TRY(token, read_token(parts, PreferenceKind::confirm, request));
  if (parts.clock.now() < token.expires_at)
    SB_CHECK(parts.service.confirm(token.message, request.client_address));
  SB_TRY(view, parts.service.notice(token.message));
  return confirmation(parts, request, token, view);
}

Result<http::Response> ask_keep(const PreferenceRoutes& parts, const http::Request& request) {
  SB_TRY(token, read_token(parts, PreferenceKind::keep, request));
  SB_TRY(view, parts.service.notice(token.message));
  if (parts.clock.now() >= token.expires_at)
    return over(parts, view, "page_keep_ended_lead");
  const auto waiting = in_state(view, ShownState::waiting);
  if (waiting.empty())
    return parts.pages.action(
        410, view.locale, view.items,
        Action{"page_keep_ended_title", "page_keep_ended_lead", "", {}, "", true});
  return parts.pages.action(
      200, view.locale, waiting,
      Action{"page_keep_title",
             "page_keep_lead",
             "/keep/" + request.parameter("token"),
             {{"keep", "page_keep_button"}, {"stop", "page_stop_button", true}},
             parts.links.manage(view.address_key, parts.clock.now()),
             false});
}

Result<http::Response> keep(const PreferenceRoutes& parts, const http::Request& request) {
  SB_TRY(token, read_token(parts, PreferenceKind::keep, request));
  const auto action = field(request, "action");
  if (action != "keep" && action != "stop")
    return fail(ErrorCode::invalid, "action-invalid", "action is keep or stop", "action");
  SB_TRY(view, parts.service.notice(token.message));
  if (parts.clock.now() >= token.expires_at)
    return over(parts, view, "page_keep_ended_lead");
  const bool keeps = action == "keep";
  SB_TRY(count, keeps ? parts.service.keep(token.message) : parts.service.stop(token.message));
  const auto manage = parts.links.manage(view.address_key, parts.clock.now());
  if (keeps && count == 0)
    return parts.pages.action(
        410, view.locale, view.items,
        Action{"page_keep_ended_title", "page_keep_ended_lead", "", {}, "", true});
  return parts.pages.action(200, view.locale, view.items,
                            Action{keeps ? "page_kept_title" : "page_stopped_title",
                                   keeps ? "page_kept_lead" : "page_stopped_lead",
                                   "",
                                   {},
                                   manage,
                                   false});
}

// An old link shows nothing; it can only have a new one sent to the mailbox it belongs to.
http::Response old_link(const PreferenceRoutes& parts, const http::Request& request,
                        const std::string& locale) {
  return parts.pages.action(410, locale, {},
                            Action{"manage_old_title",
                                   "manage_old_lead",
                                   "/manage/" + request.parameter("token"),
                                   {{"send_link", "manage_old_button"}},
                                   "",
                                   false});
}

Result<http::Response> show(const PreferenceRoutes& parts, const http::Request& request) {
  SB_TRY(token, read_token(parts, PreferenceKind::manage, request));
  SB_TRY(mailbox, parts.service.mailbox(token.address_key));
  if (parts.clock.now() >= token.expires_at) return old_link(parts, request, mailbox.locale);
  const auto note = request.query_value("note").value_or("");
  static constexpr std::string_view kNotes[] = {"stopped",   "all_stopped", "changed", "merged",
                                                "confirmed", "allowed",     "gone"};
  const bool known = std::ranges::find(kNotes, note) != std::end(kNotes);
  return parts.pages.manage(mailbox, "/manage/" + request.parameter("token"),
                            known ? "note_" + note : "");
}

Result<std::string> carry_out(const PreferenceRoutes& parts, const std::string& address_key,
                              const std::string& action, const http::Request& request) {
  if (action == "stop_all") {
    SB_CHECK(parts.service.stop_all(address_key));
    return std::string("all_stopped");
  }
  if (action == "allow") {
    SB_CHECK(parts.service.allow(address_key));
    return std::string("allowed");
  }
  if (action != "stop" && action != "change" && action != "confirm")
    return fail(ErrorCode::invalid, "action-invalid",
                "action is stop, stop_all, change, confirm, allow or send_link", "action");
  const auto id = parse_record_id(kRequestPrefix, field(request, "request"));
  if (!id)
    return fail(ErrorCode::invalid, "request-invalid", "request is the id of one of the requests",
                "request");
  if (action == "stop") {
    SB_TRY(stopped, parts.service.stop(address_key, RequestId{*id}));
    return std::string(stopped ? "stopped" : "gone");
  }
  if (action == "confirm") {
    SB_TRY(done, parts.service.confirm(address_key, RequestId{*id}, request.client_address));
    return std::string(done ? "confirmed" : "gone");
  }
  SB_TRY(changed, parts.service.change(address_key, RequestId{*id}, field(request, "sku")));
  if (changed == ChangeResult::merged) return std::string("merged");
  return std::string(changed == ChangeResult::changed ? "changed" : "gone");
}

Result<http::Response> manage(const PreferenceRoutes& parts, const http::Request& request) {
  SB_TRY(token, read_token(parts, PreferenceKind::manage, request));
  const auto action = field(request, "action");
  if (action == "send_link" || parts.clock.now() >= token.expires_at) {
    SB_TRY(mailbox, parts.service.mailbox(token.address_key));
    if (action != "send_link") return old_link(parts, request, mailbox.locale);
    SB_CHECK(parts.service.send_link(token.address_key, mailbox.locale));
    return parts.pages.action(200, mailbox.locale, {},
                              Action{"manage_sent_title", "manage_sent_lead", "", {}, "", false});
  }
  SB_TRY(note, carry_out(parts, token.address_key, action, request));
  // To the page by GET: going back or reloading repeats nothing.
  auto response =
      http::Response::redirect("/manage/" + request.parameter("token") + "?note=" + note);
  response.set("Cache-Control", "no-store").set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace

void add_preference_routes(http::Router& router, const PreferenceRoutes& parts) {
  using Handler = Result<http::Response> (*)(const PreferenceRoutes&, const http::Request&);
  const auto add = [&](const char* method, const char* pattern, Handler handler) {
    router.add({method, pattern, http::Role::anonymous,
                [parts, handler](const http::Request& request) { return handler(parts, request); }});
  };
  add("GET", "/confirm/{token}", ask_confirm);
  add("POST", "/confirm/{token}", confirm);
  add("GET", "/keep/{token}", ask_keep);
  add("POST", "/keep/{token}", keep);
  add("GET", "/manage/{token}", show);
  add("POST", "/manage/{token}", manage);
}

}  // namespace stockbell::engagement
