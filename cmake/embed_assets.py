"""Embeds the files of web/ that the binary serves or renders: writes assets.cc with a table path -> bytes.

Usage: embed_assets.py WEB_DIR OUTPUT. The paths are those below web/dist, made by the web build: "store/…", "console/…",
"widget/…", "messages/…", "pages/…".
"""
import pathlib
import sys

web, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
files = {}
dist = web / "dist"
for file in sorted(dist.rglob("*")):
    if file.is_file() and file.suffix not in (".md", ".map") and not file.name.startswith("."):
        files[file.relative_to(dist).as_posix()] = file.resolve()
for needed in ("store/product.mustache", "console/index.html"):
    if needed not in files:
        sys.exit(f"web/dist has no {needed}: run 'npm ci && npm run build' in web/ first (./run and ./test do)")

lines = ['#include "app/assets.h"', "#include <algorithm>", "#include <array>", "#include <utility>"]
for index, path in enumerate(files.values()):
    lines.append(f'__asm__(".section .rodata\\n.global sb_asset_{index}\\nsb_asset_{index}:\\n.incbin \\"{path}\\"\\n'
                 f'.global sb_asset_end_{index}\\nsb_asset_end_{index}:\\n.byte 0\\n.previous\\n");')
    lines.append(f'extern "C" const char sb_asset_{index}[], sb_asset_end_{index}[];')
lines += ["namespace stockbell::app {", "namespace {",
          "struct Asset { std::string_view path; const char* begin; const char* end; };",
          f"constexpr std::array<Asset, {len(files)}> kAssets = {{{{"]
order = sorted(range(len(files)), key=lambda i: list(files)[i].encode())
names = list(files)
lines += [f'    {{"{names[i]}", sb_asset_{i}, sb_asset_end_{i}}},' for i in order]
lines += ["}};", "}  // namespace", "std::optional<std::string_view> find_asset(std::string_view path) {",
          "  const auto it = std::ranges::lower_bound(kAssets, path, {}, &Asset::path);",
          "  if (it == kAssets.end() || it->path != path) return {};",
          "  return std::string_view(it->begin, it->end);", "}", "}  // namespace stockbell::app", ""]
output.parent.mkdir(parents=True, exist_ok=True)
output.write_text("\n".join(lines), encoding="utf-8")
