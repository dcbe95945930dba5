# stockbell_folder(commerce/inventory) reads src/commerce/inventory/module.cmake, which holds one call:
#
#   stockbell_module(USES base platform/db LIBRARIES LibXml2::LibXml2)
#
# and makes the target stockbell_commerce_inventory of the folder's *.cc, the test program of its *_test.cc, and a header of
# each sql/*.sql. The target's include path holds a link to this one folder, so including a module that is not named in USES
# fails to compile.

add_library(stockbell_options INTERFACE)
target_compile_options(stockbell_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overruns in inlined std::string code that are not there (GCC bugs 105329, 105651); clang 19 checks the same.
  target_compile_options(stockbell_options INTERFACE -fcoroutines
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict -Wno-maybe-uninitialized
    -Wno-mismatched-new-delete)  # Asio pairs its own coroutine frame operators
endif()
if(STOCKBELL_SANITIZE)
  target_compile_options(stockbell_options INTERFACE -fsanitize=${STOCKBELL_SANITIZE})
  target_link_options(stockbell_options INTERFACE -fsanitize=${STOCKBELL_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # Asio's fences and std::variant trip these in instrumented code only
    target_compile_options(stockbell_options INTERFACE -Wno-error=tsan -Wno-tsan -Wno-maybe-uninitialized)
  endif()
endif()
if(STOCKBELL_FUZZ)  # every module is instrumented; tests/fuzz links the programs
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "STOCKBELL_FUZZ needs clang: cmake --preset fuzz")
  endif()
  target_compile_options(stockbell_options INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(stockbell_options INTERFACE -fsanitize=address,undefined)
endif()
target_compile_definitions(stockbell_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE WITH_SERVER)
find_program(MOLD mold)
if(MOLD)
  target_link_options(stockbell_options INTERFACE -fuse-ld=mold)
endif()

# One precompiled header for all modules: the standard library and fmt.
file(WRITE ${CMAKE_BINARY_DIR}/pch.cc "")
add_library(stockbell_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
target_link_libraries(stockbell_pch PRIVATE stockbell_options fmt::fmt Threads::Threads)
set(stockbell_heavy_headers
  <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <expected> <functional> <map> <memory> <mutex>
  <optional> <span> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
target_precompile_headers(stockbell_pch PRIVATE ${stockbell_heavy_headers})

# Tests are not optimised, what they test is: they take two fifths of a build's time otherwise. So they have a header of their own.
if(STOCKBELL_TESTS)
  add_library(stockbell_test_options INTERFACE)
  target_compile_options(stockbell_test_options INTERFACE $<$<CONFIG:Release>:-O0>)
  target_link_libraries(stockbell_test_options INTERFACE GTest::gmock)
  add_library(stockbell_test_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
  target_link_libraries(stockbell_test_pch PRIVATE stockbell_options stockbell_test_options fmt::fmt Threads::Threads)
  target_precompile_headers(stockbell_test_pch PRIVATE ${stockbell_heavy_headers} <gtest/gtest.h> <gmock/gmock.h>)
endif()

# The allocator of programs that are measured or shipped; it comes before libc's. Sanitizers bring their own.
function(stockbell_link_allocator program)
  if(NOT STOCKBELL_SANITIZE AND NOT STOCKBELL_FUZZ)
    target_link_libraries(${program} PRIVATE -Wl,--no-as-needed mimalloc -Wl,--as-needed)
  endif()
endfunction()

function(stockbell_folder folder)
  set(FOLDER ${folder})
  set(FOLDER_PATH ${CMAKE_SOURCE_DIR}/src/${folder})
  include(${FOLDER_PATH}/module.cmake)
endfunction()

function(stockbell_target_name folder out)
  string(REPLACE "/" "_" name ${folder})
  set(${out} stockbell_${name} PARENT_SCOPE)
endfunction()

function(stockbell_module)
  cmake_parse_arguments(M "" "EXECUTABLE" "USES;LIBRARIES;TEST_USES" ${ARGN})
  stockbell_target_name(${FOLDER} target)
  file(GLOB sources CONFIGURE_DEPENDS ${FOLDER_PATH}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(M_EXECUTABLE)
    list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  endif()

  # The include path of this module: a folder that holds a link to it alone.
  set(include_root ${CMAKE_BINARY_DIR}/include/${target})
  get_filename_component(parent ${include_root}/${FOLDER} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${FOLDER_PATH} ${include_root}/${FOLDER} SYMBOLIC)

  set(generated)
  file(GLOB sql CONFIGURE_DEPENDS ${FOLDER_PATH}/sql/*.sql)
  foreach(file ${sql})
    get_filename_component(stem ${file} NAME_WE)
    set(header ${CMAKE_BINARY_DIR}/generated/${target}/sql/${stem}.sql.h)
    add_custom_command(OUTPUT ${header}
      COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/cmake/embed_sql.py ${file} ${header}
      DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.py)
    list(APPEND generated ${header})
  endforeach()

  if(sources)
    add_library(${target} STATIC ${sources} ${generated})
    target_precompile_headers(${target} REUSE_FROM stockbell_pch)
    set(visibility PUBLIC)
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/${target})
  else()
    add_library(${target} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(${target} ${visibility} ${include_root})
  target_link_libraries(${target} ${visibility} stockbell_options fmt::fmt Threads::Threads ${M_LIBRARIES})
  foreach(use ${M_USES})
    stockbell_target_name(${use} used)
    target_link_libraries(${target} ${visibility} ${used})
  endforeach()

  if(M_EXECUTABLE)
    add_executable(${M_EXECUTABLE} ${FOLDER_PATH}/main.cc)
    target_link_libraries(${M_EXECUTABLE} PRIVATE ${target})
    stockbell_link_allocator(${M_EXECUTABLE})
  endif()

  if(STOCKBELL_TESTS AND tests)
    add_executable(${target}_test ${tests} ${generated})
    target_precompile_headers(${target}_test REUSE_FROM stockbell_test_pch)
    target_include_directories(${target}_test PRIVATE ${CMAKE_BINARY_DIR}/generated/${target}
      ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(${target}_test PRIVATE STOCKBELL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target}_test PRIVATE ${target} stockbell_test_options GTest::gtest_main)
    foreach(use ${M_TEST_USES})
      stockbell_target_name(${use} used)
      target_link_libraries(${target}_test PRIVATE ${used})
    endforeach()
    if("platform/db" IN_LIST M_USES OR "platform/db" IN_LIST M_TEST_USES)
      target_link_libraries(${target}_test PRIVATE stockbell_tests_support)  # tests/support/store.h
    endif()
    add_test(NAME ${FOLDER} COMMAND ${target}_test)
    set_tests_properties(${FOLDER} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endfunction()
