# docs/journey.schema.json lives inside the binary, which serves it.
file(READ ${CMAKE_SOURCE_DIR}/docs/journey.schema.json journey_schema)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/journey.schema.json)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/journey_schema.h @ONLY CONTENT
  "constexpr std::string_view kJourneySchema = R\"schema(@journey_schema@)schema\";\n")
stockbell_module(USES base contracts platform/db platform/http platform/text LIBRARIES date::date-tz)
target_include_directories(stockbell_engagement_journey_definitions PRIVATE ${CMAKE_BINARY_DIR}/generated)
