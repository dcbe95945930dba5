// SQLite's own file layer, but for the write-ahead log of the writing connection: frames are
// gathered in memory and written in one call when the commit syncs them, instead of two calls each.
// Nothing is visible to a reader before that sync (synchronous=FULL), so nothing is seen or kept
// that SQLite's own would not have. Used by SqliteConnection only; a file belongs to one thread.
#pragma once

namespace stockbell::db {

// The name to open the writing connection with. Registered at the first call.
const char* gathering_vfs();

}  // namespace stockbell::db
