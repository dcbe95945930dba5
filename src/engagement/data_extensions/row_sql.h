// The statements over a data extension's table, made of generated names alone. Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

std::string table_of(std::int64_t table);   // "de_17"
std::string digest_sql(std::size_t index);  // "k_3": whose address stands in the column
// The table, its key's index, and an index for each column of addresses.
std::vector<std::string> create_table_sql(const DataExtension& extension, bool postgresql,
                                          bool index_addresses = true);
// One of its columns, and what create_table_sql() makes for it, added to a table that is there.
std::vector<std::string> add_column_sql(const DataExtension& extension, std::size_t index,
                                        bool postgresql);
// The columns of `given` (and of their digests) are written, in this order, after the row's id.
// What a row of the same key gets is `update`'s columns; nothing: the row stays as it is.
std::string insert_sql(const DataExtension& extension, const std::vector<std::size_t>& given,
                       const std::vector<std::size_t>* update);
// "c_1 = $1 AND c_2 = $2", over the key's columns.
std::string key_condition_sql(const DataExtension& extension, std::size_t first_parameter = 1);
// "a.c_1 = b.c_1 AND ...", over the key's columns of two tables.
std::string same_key_sql(const DataExtension& extension, std::string_view a, std::string_view b);
std::string key_list_sql(const DataExtension& extension);  // "c_1, c_2"
std::string column_list_sql(const DataExtension& extension);

}  // namespace stockbell::engagement
