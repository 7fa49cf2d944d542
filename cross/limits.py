"""What can't be on a target: patterns of tests' names, and for each why. These tests are reported as skipped."""

CROSS_COMPILED = {
    "*editable*": "an editable install is for the interpreter that builds it, which is not this one",
    "test_programs.py::test_a_program_with*": "there is no libpython for it to link a program with",
}
EMULATED = {
    "test_faults.py::test_the_*_may_not_be_read": "the emulated system's files are in this user's home",
    "test_places.py::test_a_read_only_site_packages": "the emulated system's files are in this user's home",
}
AARCH64 = CROSS_COMPILED | EMULATED | {"test_explanations.py::*noexec*": "qemu maps code as data, which noexec allows"}
BY_NAME = "musl's loader knows a library that was opened by its path only by that path, not by its SONAME"
MUSL = {
    "test_places.py::test_a_read_only_site_packages": "its loader is in this user's home",
    "test_other_copies.py::*ctypes]": BY_NAME,
    "test_other_copies.py::test_a_foreign_library_of_the_same_name_is_refused*LD_PRELOAD*": BY_NAME,
    "test_faults.py::test_the_*_may_not_be_read": "its loader is in this user's home",
    "test_explanations.py::test_a_library_that_a_consumers_extension_needs_is_too_old": "musl knows no symbol versions",
    "test_faults.py::test_the_library_file_is_for_another_architecture": "musl does not look at the machine",
    "test_places.py::test_a_path_with*2000 letters*": "musl's loader tries paths of 511 bytes at most",
    "test_programs.py::*": "zig links programs for musl statically",
    "test_stubless.py::*": BY_NAME,
    "test_alternatives.py::test_two_*": BY_NAME,
    "test_alternatives.py::test_with_rtld_global*": BY_NAME,
}

ELF = "it is about ELF and its loaders"
NO_VARIABLE = "Windows has no such variable"
UNSAID = "Windows does not say which library is missing"
LAZY = "Wine looks for a DLL's functions when they are called, and ends the process if there is none"
WINDOWS = (
    CROSS_COMPILED
    | EMULATED
    | {
        "test_chain.py::test_an_exception_whose_type*": ELF,
        "test_other_copies.py::*LD_*": NO_VARIABLE,
        "test_other_copies.py::test_a_foreign_library*ctypes*": LAZY,
        "test_other_copies.py::test_the_exporter_is_older_than*consumer-[!p]*": LAZY,
        "test_other_copies.py::test_the_exporter_is_of_another_major*cmake*": UNSAID,
        "test_other_copies.py::test_the_report_tells_of_another_copy": NO_VARIABLE,
        "test_loader.py::test_the_system_preferred_while_another*": NO_VARIABLE,
        "test_table.py::test_a_forked_child*": "Windows has no fork",
        "test_places.py::test_a_path_with*shell*": "a semicolon separates folders in Windows' variables",
        "test_places.py::*symbolic*": "Wine shows the folder behind a symbolic link",
        "test_alternatives.py::*": ELF,
        "test_after_import.py::*": "Windows locks the files of a loaded DLL, and shows the folder behind a link",
        "test_controls.py::*": ELF,
        "test_explanations.py::*": ELF,
        "test_faults.py::test_the_library_file_is_for_another_architecture": ELF,
        "test_faults.py::test_the_stub_has_lost_its_runpath": ELF,
        "test_places.py::test_a_freezer_puts*": ELF,
        "test_hardening.py::*": f"{ELF}; test_windows.py has that",
        "test_pollution.py::*": ELF,
        "test_programs.py::*": ELF,
        "test_stubless.py::*": ELF,
        "test_tags.py::*by_force*": "extensions for Windows are named otherwise; test_faults.py has that",
    }
)

NOTHING_RUNS = "there is no interpreter for macOS here"
MACOS = {
    "test_tags.py::*is_not_installed": NOTHING_RUNS,
    "test_tags.py::*by_force*": NOTHING_RUNS,
}

UNVERSIONED = "what the older library lacks it lacks in its map of symbol versions, which is ELF's"
FIRST = "in Pyodide the exporter's own folder comes first, whatever was loaded before or a variable said"
PROCESSES = "Pyodide has no processes and no programs"
PYODIDE = (
    CROSS_COMPILED
    | EMULATED
    | {
        "test_chain.py::test_an_exception_whose_type*": ELF,
        "test_chain.py::test_the_stable_abi*": "abi3audit does not read WebAssembly",
        "test_other_copies.py::test_a_current_copy_found_earlier*": FIRST,
        "test_other_copies.py::test_a_foreign_library*": FIRST,
        "test_other_copies.py::test_an_older_copy_found_earlier*": FIRST,
        "test_faults.py::test_the_exporter_is_not_installed*cmake*": "libbar's folder is searched too, and named",
        "test_other_copies.py::test_the_exporter_is_older_than*consumer-[!p]*": UNVERSIONED,
        "test_other_copies.py::test_the_report_tells_of_another_copy": FIRST,
        "test_loader.py::test_the_system_preferred_while_another*": FIRST,
        "test_table.py::*child*": PROCESSES,
        "test_order.py::*subinterpreter*": "Pyodide has no module for them",
        "test_table.py::*subinterpreter*": "Pyodide has no module for them",
        "test_order.py::test_32_threads*": "Pyodide has no threads",
        "test_places.py::test_a_path_with*2000 letters*": "Emscripten's loader tries paths of 511 bytes at most",
        "test_places.py::*symbolic*": "Emscripten's loader knows a library by the path that led there, not by the file",
        "test_alternatives.py::*": ELF,
        "test_hardening.py::*": ELF,
        "test_after_import.py::*": "Emscripten's loader knows a library by its path",
        "test_explanations.py::*": ELF,
        "test_faults.py::test_the_library_file_is_for_another_architecture": ELF,
        "test_faults.py::test_the_stub_has_lost_its_runpath": ELF,
        "test_places.py::*freezer*": "there is no freezer for WebAssembly",
        "test_controls.py::*": f"{ELF}; test_pyodide.py has others",
        "test_programs.py::*call*": PROCESSES,
        "test_stubless.py::*": "a library that ctypes has opened serves no extension; test_pyodide.py has that",
    }
)
