// Roles as they are stored and shown.
#pragma once
#include "base/enum_text.h"
#include "platform/http/http.h"

template <>
inline constexpr auto stockbell::kEnumText<stockbell::http::Role> =
    std::to_array<stockbell::EnumText<stockbell::http::Role>>({
        {stockbell::http::Role::anonymous, "anonymous"},
        {stockbell::http::Role::intake, "intake"},
        {stockbell::http::Role::readonly, "readonly"},
        {stockbell::http::Role::admin, "admin"},
    });
