// The statements over a data extension's table, made of generated names alone. Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

std::string table_of(std::int64_t extension);  // "de_17"
std::string digest_sql(std::size_t index);     // "k_3": whose address stands in the column
// The table, its key's index, and an index for each column of addresses.
std::vector<std::string> create_table_sql(const DataExtension& extension, bool postgresql);
// The columns of `given` (and of their digests) are written, in this order, after the row's id.
// What a row of the same key gets is `update`'s columns; nothing: the row stays as it is.
std::string insert_sql(const DataExtension& extension, const std::vector<std::size_t>& given,
                       const std::vector<std::size_t>* update);
// "c_1 = $1 AND c_2 = $2", over the key's columns.
std::string key_condition_sql(const DataExtension& extension, std::size_t first_parameter = 1);
std::string column_list_sql(const DataExtension& extension);

}  // namespace stockbell::engagement
