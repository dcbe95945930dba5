// What the front door does with a post, decided from what was found out about it. Pure. Step 2. The
// table of docs/front-door.md says the same.
#pragma once
#include <string_view>

#include "base/enum_text.h"
#include "commerce/protection/captcha.h"
#include "commerce/protection/page_token.h"
#include "commerce/protection/proof_of_work.h"

namespace stockbell::commerce {

enum class DisposableAction { refuse, challenge, allow };

// How a post came: what its sender can do when it is asked for more.
enum class Entrance {
  script,   // JSON from a page: does work
  form,     // a plain form: can click "Send again"
  klaviyo,  // another maker's snippet: can only wait
};

// What was found out about a post before anything is taken off an allowance.
struct Findings {
  Entrance entrance = Entrance::script;
  bool hidden_field_filled = false;
  TokenState token = TokenState::missing;
  WorkState work = WorkState::missing;
  CaptchaState captcha = CaptchaState::missing;
  bool captcha_needed = false;  // configured, and the provider is not away
  bool captcha_always = false;
  bool clicked_again = false;  // carries a ticket of the "Send again" page
  bool disposable = false;
  DisposableAction on_disposable = DisposableAction::challenge;
  bool within_allowance = true;  // the network's, with or without token
  bool may_click_again = true;   // the network's allowance of such posts
};

enum class Step {
  go_on,        // to the limits of site and mailbox
  drop,         // answered as if it was taken
  refuse,       // a mailbox that is not wanted
  ask_for_more,  // work, captcha or a click
  slow_down,    // 429
};

Step decide(const Findings& findings);
// How much worse a network looks after this post, in points of five minutes; less than 0: better.
int misbehaviour(const Findings& findings, Step step);
// The effort of the next challenge, from the points of a network.
int effort_for(std::int64_t points);

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::DisposableAction> =
    std::to_array<stockbell::EnumText<stockbell::commerce::DisposableAction>>({
        {stockbell::commerce::DisposableAction::refuse, "refuse"},
        {stockbell::commerce::DisposableAction::challenge, "challenge"},
        {stockbell::commerce::DisposableAction::allow, "allow"},
    });
