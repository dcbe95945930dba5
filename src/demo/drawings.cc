#include "demo/drawings.h"

namespace stockbell::demo {
namespace {

#define SLEEVED                                                                                   \
  "M152 90C166 106 234 106 248 90L292 106C312 116 322 138 328 166L350 290C351 298 346 303 338 "   \
  "305L312 310"                                                                                   \
  "C305 311 301 308 299 301L282 218L284 328C284 335 280 338 273 338L127 338C120 338 116 335 116 " \
  "328L118 218"                                                                                   \
  "L101 301C99 308 95 311 88 310L62 305C54 303 49 298 50 290L72 166C78 138 88 116 108 106Z"

constexpr Drawing
    kDrawings[] =
        {
            {"crew-sweater", SLEEVED,
             R"(<path d="M150 92C166 72 234 72 250 92L240 104H160Z" fill="$k"/>)",
             R"(<path d="M149 91C164 112 236 112 251 91L246 84C232 99 168 99 154 84Z" fill="$d"/><path d="M116 318H284V328C284 335 280 338 273 338H127C120 338 116 335 116 328Z" fill="$d" opacity=".75"/><path d="M53 276L103 287 100 302C98 308 95 311 88 310L62 305C54 303 49 298 50 290ZM347 276L297 287 300 302C302 308 305 311 312 310L338 305C346 303 351 298 350 290Z" fill="$d" opacity=".75"/><path d="M118 218L124 160M282 218L276 160" stroke="$k" stroke-width="2" opacity=".35" fill="none"/>)"},
            {"oxford-shirt", SLEEVED,
             R"(<path d="M156 92C170 76 230 76 244 92L200 120Z" fill="$k"/>)",
             R"(<path d="M152 88L200 122 176 140 146 100ZM248 88L200 122 224 140 254 100Z" fill="$l" stroke="$d" stroke-width="1.5"/><path d="M193 124V338M207 124V338" stroke="$d" stroke-width="1.5"/><g fill="$w"><circle cx="200" cy="150" r="3.4"/><circle cx="200" cy="190" r="3.4"/><circle cx="200" cy="230" r="3.4"/><circle cx="200" cy="270" r="3.4"/><circle cx="200" cy="310" r="3.4"/></g><path d="M228 176h36v34l-18 10-18-10Z" fill="none" stroke="$d" stroke-width="2"/><path d="M118 218L124 160M282 218L276 160" stroke="$k" stroke-width="2" opacity=".35"/>)"},
            {"rain-jacket", SLEEVED,
             R"(<path d="M142 100C132 48 268 48 258 100L232 118H168Z" fill="$d"/><path d="M160 98C162 66 238 66 240 98L200 120Z" fill="$k"/>)",
             R"(<path d="M200 106V338" stroke="$k" stroke-width="5"/><path d="M200 106V338" stroke="$w" stroke-width="1.4" stroke-dasharray="3 3"/><path d="M136 250l38-10v52h-34ZM264 250l-38-10v52h34Z" fill="$d" opacity=".6"/><path d="M74 166C130 196 270 196 326 166" stroke="$k" stroke-width="2" opacity=".4" fill="none"/><circle cx="186" cy="126" r="4" fill="$w"/><circle cx="214" cy="126" r="4" fill="$w"/>)",
             348, false},
            {"gilet",
             "M158 84C170 96 230 96 242 84L276 98C268 130 278 158 294 178L296 328C296 335 292 338 "
             "285 338L115 338C108 338 104 335 104 328L106 178C122 158 132 130 124 98Z",
             R"(<path d="M158 86C170 66 230 66 242 86L200 112Z" fill="$k"/>)",
             R"(<g stroke="$k" stroke-width="2" opacity=".38" fill="none"><path d="M126 128C160 138 240 138 274 128M108 178C160 190 240 190 292 178M105 226C160 238 240 238 295 226M105 274C160 286 240 286 295 274"/></g><path d="M158 84C170 70 180 68 200 68S230 70 242 84L236 100C222 92 178 92 164 100Z" fill="$d"/><path d="M200 84V338" stroke="$k" stroke-width="5"/><path d="M200 84V338" stroke="$w" stroke-width="1.4" stroke-dasharray="3 3"/>)", 348,
             false},
            {"t-shirt",
             "M152 92C168 112 232 112 248 92L290 106C306 112 316 124 324 142L346 190C349 197 347 "
             "202 340 205L308 220C301 223 297 221 294 215L284 194L286 326C286 333 282 336 275 "
             "336L125 336C118 336 114 333 114 326L116 194L106 215C103 221 99 223 92 220L60 205C53 "
             "202 51 197 54 190L76 142C84 124 94 112 110 106Z",
             R"(<path d="M152 92C168 78 232 78 248 92L236 108H164Z" fill="$k"/>)",
             R"(<path d="M150 92C166 116 234 116 250 92L244 88C230 106 170 106 156 88Z" fill="$d"/><path d="M116 196L122 150M284 196L278 150" stroke="$k" stroke-width="2" opacity=".35"/>)"},
            {"beanie", "M92 252C92 152 140 98 200 98C260 98 308 152 308 252Z",
             R"(<circle cx="200" cy="88" r="32" fill="$w"/><circle cx="192" cy="80" r="20" fill="#fff" opacity=".55"/>)",
             R"(<rect x="78" y="240" width="244" height="70" rx="24" fill="$d"/><g stroke="$k" stroke-width="3" opacity=".35"><path d="M104 244v62M128 242v66M152 242v66M176 242v66M200 242v66M224 242v66M248 242v66M272 242v66M296 244v62"/></g>)",
             322},
            {"chinos",
             "M132 76L268 76L276 120L292 332C292 340 288 343 281 343L234 343C227 343 223 340 222 "
             "333L203 182L197 182L178 333C177 340 173 343 166 343L119 343C112 343 108 340 108 "
             "332L124 120Z",
             "",
             R"(<path d="M131 76H269L272 96H128Z" fill="$d" opacity=".8"/><circle cx="200" cy="86" r="4" fill="$w"/><path d="M200 96V160C208 158 214 148 214 96" fill="none" stroke="$k" stroke-width="2" opacity=".5"/><path d="M130 100C136 128 140 134 160 138M270 100C264 128 260 134 240 138" fill="none" stroke="$k" stroke-width="2" opacity=".5"/><path d="M150 190L140 336M250 190L260 336" stroke="$k" stroke-width="1.5" opacity=".25"/>)",
             350},
            {"shorts",
             "M116 106L284 106L294 156L316 276C317 284 313 288 306 288L228 288C221 288 217 285 216 "
             "278L203 218L197 218L184 278C183 285 179 288 172 288L94 288C87 288 83 284 84 276L106 "
             "156Z",
             "",
             R"(<path d="M114 106H286L290 128H110Z" fill="$d" opacity=".8"/><path d="M190 128C186 156 180 164 172 172M210 128C214 156 220 164 228 172" stroke="$w" stroke-width="4" fill="none" stroke-linecap="round"/><path d="M114 132C122 168 128 176 150 180M286 132C278 168 272 176 250 180" fill="none" stroke="$k" stroke-width="2" opacity=".5"/>)",
             304},
            {"trainer",
             "M66 244C62 210 78 180 92 160C104 174 122 178 140 170L178 150C188 146 194 150 200 "
             "158C222 190 262 210 312 220C340 226 352 240 354 262L354 272L66 272Z",
             "",
             R"(<path d="M56 264H360C364 284 354 300 336 300H84C66 300 54 286 56 264Z" fill="$w"/><path d="M58 282H359" stroke="$d" stroke-width="2" opacity=".45"/><path d="M66 244C64 222 70 204 78 186C104 200 118 226 116 264H66Z" fill="$d" opacity=".6"/><path d="M258 206C240 224 236 244 240 264H354C353 236 336 224 312 220Z" fill="$l" opacity=".45"/><g stroke="$w" stroke-width="6" stroke-linecap="round"><path d="M176 170L204 190M160 180L190 204M196 158L220 178"/></g>)",
             304, false},
            {"boot",
             "M122 92L216 92C221 92 224 95 224 100L222 186C228 214 264 222 302 234C332 243 344 258 "
             "346 284L346 294L122 294C116 230 114 160 122 92Z",
             "",
             R"(<path d="M152 92C156 130 158 160 156 196L200 196C204 160 206 130 204 92Z" fill="$k" opacity=".75"/><g stroke="$d" stroke-width="2"><path d="M162 92v104M172 92v104M182 92v104M192 92v104"/></g><path d="M118 290H350C354 304 350 314 340 314H200L192 306H168V322H126C118 322 114 306 118 290Z" fill="$k"/><path d="M180 92C182 76 170 70 166 92" fill="none" stroke="$k" stroke-width="6"/>)",
             322, false},
            {"rucksack",
             "M120 152C120 98 156 80 200 80C244 80 280 98 280 152L288 308C288 328 276 338 258 "
             "338L142 338C124 338 112 328 112 308Z",
             R"(<path d="M172 84C172 46 228 46 228 84" fill="none" stroke="$k" stroke-width="10"/><path d="M122 150C92 170 90 240 104 300L116 296M278 150C308 170 310 240 296 300L284 296" fill="none" stroke="$k" stroke-width="12"/>)", R"(<path d="M122 140C122 98 156 80 200 80S278 98 278 140L280 182C240 198 160 198 120 182Z" fill="$d" opacity=".72"/><rect x="140" y="226" width="120" height="88" rx="16" fill="$l" opacity=".55"/><path d="M140 252h120" stroke="$k" stroke-width="3" opacity=".6"/><rect x="157" y="150" width="14" height="66" rx="4" fill="#8a5a34"/><rect x="229" y="150" width="14" height="66" rx="4" fill="#8a5a34"/><rect x="155" y="192" width="18" height="14" rx="3" fill="none" stroke="#e4c27a" stroke-width="3"/><rect x="227" y="192" width="18" height="14" rx="3" fill="none" stroke="#e4c27a" stroke-width="3"/>)",
             346, false},
            {"tote",
             "M100 166L300 166L318 330C318 339 314 343 306 343L94 343C86 343 82 339 82 330Z",
             R"(<path d="M146 184C146 40 254 40 254 184" fill="none" stroke="$k" stroke-width="10"/>)",
             R"(<path d="M146 166v40M254 166v40" stroke="$k" stroke-width="12"/><path d="M100 174H300" stroke="$d" stroke-width="3" stroke-dasharray="6 4"/><path d="M200 236l34 50h-68Z" fill="$w" opacity=".8"/><rect x="196" y="284" width="8" height="18" fill="$w" opacity=".8"/>)",
             350},
            {"mug",
             "M100 128L264 128L258 302C257 320 246 330 230 330L134 330C118 330 107 320 106 302Z",
             R"(<path d="M256 168C330 156 334 272 254 270" fill="none" stroke="$d" stroke-width="20"/>)",
             R"(<ellipse cx="182" cy="128" rx="82" ry="17" fill="$d"/><ellipse cx="182" cy="131" rx="71" ry="12" fill="#5a3a26"/><path d="M150 104C140 90 160 82 150 66M184 104C174 90 194 82 184 66M216 104C206 90 226 82 216 66" fill="none" stroke="$d" stroke-width="4" opacity=".35" stroke-linecap="round"/>)",
             334},
            {"bottle",
             "M168 112L232 112C232 134 258 142 258 174L258 318C258 334 250 342 236 342L164 342C150 "
             "342 142 334 142 318L142 174C142 142 168 134 168 112Z",
             R"(<path d="M176 76C176 50 224 50 224 76" fill="none" stroke="$k" stroke-width="8"/>)",
             R"(<rect x="166" y="74" width="68" height="40" rx="8" fill="$k"/><path d="M166 98h68" stroke="#fff" stroke-width="2" opacity=".3"/><path d="M156 182v132" stroke="#fff" stroke-width="9" stroke-linecap="round" opacity=".28"/><path d="M142 300H258V318C258 334 250 342 236 342H164C150 342 142 334 142 318Z" fill="#cfd3d6" opacity=".85"/>)",
             348},
            {"lamp", "M152 78L248 78L302 208C266 222 134 222 98 208Z",
             R"(<ellipse cx="200" cy="214" rx="100" ry="12" fill="#fff3cf"/><rect x="194" y="206" width="12" height="118" fill="#b8894f"/><path d="M140 338C140 316 170 312 200 312S260 316 260 338Z" fill="#8a6236"/>)",
             R"(<path d="M98 208C134 222 266 222 302 208L298 200C262 213 138 213 102 200Z" fill="$d" opacity=".6"/><ellipse cx="200" cy="176" rx="62" ry="30" fill="#fff2c8" opacity=".22"/><path d="M232 218v34" stroke="#b8894f" stroke-width="2.5"/><circle cx="232" cy="255" r="4" fill="#b8894f"/>)",
             342},
            {"cushion",
             "M88 100C140 90 260 90 312 100C324 150 324 252 312 304C260 316 140 316 88 304C76 252 "
             "76 150 88 100Z",
             "",
             R"(<path d="M96 108C140 99 260 99 304 108C314 152 314 250 304 296C260 307 140 307 96 296C86 250 86 152 96 108Z" fill="none" stroke="$k" stroke-width="2" opacity=".35"/><path d="M120 128C150 150 160 170 166 196M282 130C254 150 244 168 238 190" fill="none" stroke="#000" stroke-width="3" opacity=".10" stroke-linecap="round"/>)",
             324},
            {"candle",
             "M126 156L274 156L268 318C267 330 260 336 248 336L152 336C140 336 133 330 132 318Z", R"(<ellipse cx="200" cy="116" rx="60" ry="70" fill="#ffe9a8" opacity=".45"/>)", R"(<ellipse cx="200" cy="156" rx="74" ry="14" fill="$w"/><path d="M200 156V136" stroke="#3a2c24" stroke-width="4"/><path d="M200 82C222 112 216 138 200 140C184 138 178 112 200 82Z" fill="#f6a93b"/><path d="M200 106C210 122 208 136 200 137C192 136 190 122 200 106Z" fill="#fff2c0"/><rect x="152" y="210" width="96" height="74" rx="4" fill="$w"/><path d="M170 232h60M178 248h44M184 264h32" stroke="$k" stroke-width="4" opacity=".6"/>)",
             340, false},
            {"throw",
             "M84 152C84 140 92 134 104 134L300 134C314 134 320 142 320 154L320 206C320 216 316 "
             "220 320 230L320 300C320 312 312 318 300 318L100 318C88 318 82 312 82 300L82 232C86 "
             "222 84 216 84 206Z",
             "",
             R"(<path d="M84 212C120 224 280 196 320 214M83 262C130 274 270 248 320 264" stroke="$k" stroke-width="4" opacity=".35" fill="none"/><path d="M84 158H320" stroke="$w" stroke-width="10" opacity=".35"/><g stroke="$d" stroke-width="4" stroke-linecap="round"><path d="M94 318v18M112 318v20M130 318v17M148 318v20M166 318v18M184 318v20M202 318v17M220 318v20M238 318v18M256 318v20M274 318v17M292 318v20M308 318v17"/></g>)",
             338},
};

#undef SLEEVED

}  // namespace

const Drawing& drawing_of(std::string_view kind) {
  const Drawing* cushion = kDrawings;
  for (const auto& drawing : kDrawings) {
    if (drawing.kind == kind) return drawing;
    if (drawing.kind == "cushion") cushion = &drawing;
  }
  return *cushion;
}

}  // namespace stockbell::demo
