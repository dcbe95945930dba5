#include "engagement/import_definitions/import_reader.h"

#include "engagement/data_extensions/column_values.h"

namespace stockbell::engagement {
namespace {

std::unexpected<Error> bad_file(std::string message) {
  return fail(ErrorCode::invalid, "import-file-invalid", std::move(message));
}

bool is_missing(const db::Value& value) {
  const auto* text = std::get_if<std::string>(&value.get());
  return value.is_null() || (text && text->empty());
}

}  // namespace

Result<> ImportReader::check_packing(const std::filesystem::path& file) const {
  if (definition_.format.packed == PackedAs::any) return {};
  SB_TRY(found, records::find_compression(file));
  const auto wanted = definition_.format.packed == PackedAs::gzip   ? records::Compression::gzip
                      : definition_.format.packed == PackedAs::zstd ? records::Compression::zstd
                                                                    : records::Compression::none;
  if (found == wanted) return {};
  return bad_file(fmt::format("the file is not packed as the definition says: {}",
                              to_text(definition_.format.packed)));
}

Result<> ImportReader::add(std::size_t field, std::string_view name) {
  const auto column = extension_.find_column(name);
  if (!column)
    return bad_file(fmt::format("the data extension has no column {}", name.substr(0, 128)));
  for (const auto& source : sources_)
    if (source.column == *column)
      return bad_file(
          fmt::format("the column {} is filled twice", extension_.columns[*column].name));
  sources_.push_back({field, *column});
  return {};
}

Result<> ImportReader::map_names(const std::vector<std::string_view>& header) {
  const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (fold_name(header[i]) == fold_name(name)) return i;
    return {};
  };
  if (definition_.mapping == MappingKind::by_name) {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (extension_.find_column(header[i])) SB_CHECK(add(i, header[i]));
    return {};
  }
  for (const auto& field : definition_.fields) {
    if (field.from.empty()) {
      if (static_cast<std::size_t>(field.position) > header.size())
        return bad_file(fmt::format("the header has {} fields, and no field {}", header.size(),
                                    field.position));
      SB_CHECK(add(static_cast<std::size_t>(field.position) - 1, field.to));
      continue;
    }
    const auto place = find(field.from);
    if (!place) return bad_file("the header has no field " + field.from);
    SB_CHECK(add(*place, field.to));
  }
  return {};
}

Result<> ImportReader::map_positions(std::size_t width) {
  if (definition_.mapping == MappingKind::listed) {
    for (const auto& field : definition_.fields)
      SB_CHECK(add(static_cast<std::size_t>(field.position) - 1, field.to));
    for (const auto& source : sources_)
      if (source.field >= width)
        return bad_file(
            fmt::format("the rows have {} fields, and no field {}", width, source.field + 1));
    return {};
  }
  if (width > extension_.columns.size())
    return bad_file(fmt::format("the rows have {} fields, the data extension {} columns", width,
                                extension_.columns.size()));
  for (std::size_t i = 0; i < width; ++i) SB_CHECK(add(i, extension_.columns[i].name));
  return {};
}

// What every row of this action needs, and the file has not got, fails the file.
Result<> ImportReader::finish_mapping() {
  if (sources_.empty()) return bad_file("the file has none of the data extension's columns");
  std::ranges::sort(sources_, {}, &Source::column);
  for (const auto& source : sources_) columns_.push_back(source.column);
  for (std::size_t i = 0; i < extension_.columns.size(); ++i) {
    const auto& column = extension_.columns[i];
    const bool needed = column.is_key || (!column.nullable && !column.default_value &&
                                          definition_.action != ImportAction::update);
    if (needed && std::ranges::find(columns_, i) == columns_.end())
      return bad_file(
          fmt::format("the file has no column {}, which the data extension needs", column.name));
  }
  return {};
}

std::optional<ImportRunError> ImportReader::type_value(const Source& source, std::string_view text,
                                                       db::Value& into) const {
  const auto& column = extension_.columns[source.column];
  auto value = parse_value(column, text);
  if (!value) return ImportRunError{0, column.name, value.error().reason, value.error().message};
  into = std::move(*value);
  if (column.is_key && is_missing(into))
    return ImportRunError{0, column.name, "key-missing",
                          fmt::format("the key's column {} has no value", column.name)};
  if (!into.is_null() || column.nullable) return {};
  auto otherwise = default_value(column, now_);
  if (otherwise && *otherwise) {
    into = std::move(**otherwise);
    return {};
  }
  return ImportRunError{0, column.name, "value-missing",
                        fmt::format("the column {} must not be empty", column.name)};
}

std::optional<ImportRunError> ImportReader::type_row(const records::DelimitedRow& row,
                                                     TypedRow& into) const {
  auto width = row.fields.size();
  if (width == width_ + 1 && row.fields.back().empty()) --width;  // a trailing delimiter
  if (width != width_)
    return ImportRunError{0, "", "row-width",
                          fmt::format("the row has {} fields, the {} {}", row.fields.size(),
                                      definition_.format.header ? "header" : "first row", width_)};
  into.values.resize(sources_.size());
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (auto error = type_value(sources_[i], row.fields[sources_[i].field], into.values[i]))
      return error;
  return {};
}

Result<> ImportReader::take_row(const records::DelimitedRow& row) {
  if (!mapped_) {
    mapped_ = true;
    width_ = row.fields.size();
    SB_CHECK(definition_.format.header ? map_names(row.fields) : map_positions(width_));
    SB_CHECK(finish_mapping());
    if (definition_.format.header) {
      if (width_ > 1 && row.fields.back().empty()) --width_;
      return {};
    }
  }
  TypedRow read;
  read.line = row.line;
  if (auto error = type_row(row, read)) {
    error->line = row.line;
    return (*refuse_)(std::move(*error));
  }
  return (*take_)(std::move(read));
}

Result<> ImportReader::read(const std::filesystem::path& file, const TakeRow& take,
                            const Refuse& refuse) {
  take_ = &take;
  refuse_ = &refuse;
  SB_CHECK(check_packing(file));
  records::DelimitedReader rows(
      definition_.format.delimiter,
      [this](const records::DelimitedRow& row) { return take_row(row); }, definition_.format.quote);
  records::TextDecoder decoder([&](std::string_view piece) { return rows.feed(piece); },
                               definition_.format.encoding);
  SB_CHECK(records::read_source(file, [&](std::string_view piece) { return decoder.feed(piece); }));
  SB_CHECK(decoder.finish());
  return rows.finish();
}

}  // namespace stockbell::engagement
