stockbell_module(USES base platform/log LIBRARIES SQLite::SQLite3 PostgreSQL::PostgreSQL TEST_USES tests/support)

# The fixture of every store test (tests/support/store.h): linked by each module's tests that use platform/db.
if(STOCKBELL_TESTS)
  add_library(stockbell_tests_support STATIC ${CMAKE_SOURCE_DIR}/tests/support/store.cc
    ${CMAKE_SOURCE_DIR}/tests/support/postgresql_server.cc)
  target_precompile_headers(stockbell_tests_support REUSE_FROM stockbell_pch)
  target_include_directories(stockbell_tests_support PUBLIC ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(stockbell_tests_support PUBLIC stockbell_platform_db GTest::gmock)
endif()
