// Pyodide as a command line: node python.mjs RUNTIME SITE_PACKAGES EXECUTABLE [argument of python's]...
import { readdirSync, statSync } from "node:fs";

const [runtime, sitePackages, executable, ...args] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);

// What Pyodide has of its own, in memory, or what is of this machine's system.
const NOT_MOUNTED = /^(bin|boot|dev|etc|lib.*|proc|run|sbin|sys|usr)$/;

function fsInit(FS, own) {
  for (const name of readdirSync("/")) {
    if (!NOT_MOUNTED.test(name) && statSync(`/${name}`).isDirectory()) {
      FS.mkdirTree(`/${name}`);
      FS.mount(FS.filesystems.NODEFS, { root: `/${name}` }, `/${name}`);
    }
  }
  // Pyodide's own site-packages is in memory, empty: by this file it has also what is in a folder of this machine.
  FS.writeFile(`${own.sitePackages}/machine.pth`, sitePackages);
  FS.chdir(process.cwd());
}

function exitWith(error) {
  if (error.constructor.name === "ExitStatus") {
    process.exit(error.status);
  }
  // Not thrown: Node would print the line that it comes from, which is a megabyte of Pyodide's.
  console.error(error.stack);
  process.exit(1);
}

// To Pyodide only an empty PYTHONINSPECT means that errors end it.
const env = { ...process.env, PYTHONINSPECT: "" };
// It runs what `python --version` and the like print.
const python = await loadPyodide({ args, env, fsInit, _sysExecutable: executable }).catch(exitWith);
python.setStdout();
python.setStderr();
// loadPyodide() puts the current folder first, even with -I. Python's own main() does so where it should.
python._api.sys.path.shift();
let status;
try {
  status = python._module._run_main();
} catch (error) {
  exitWith(error);
}
// It writes what is left of the output. 120 is CPython's own status if that fails.
process.exit(python._module._Py_FinalizeEx() < 0 ? 120 : status);
