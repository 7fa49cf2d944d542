// Pyodide as a command line: node python.mjs RUNTIME SITE_PACKAGES EXECUTABLE [argument of python's]...
import { readdirSync, statSync } from "node:fs";

const [runtime, sitePackages, executable, ...args] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);

// Folders that Pyodide has in memory, or that belong to this machine's system.
const NOT_MOUNTED = /^(bin|boot|dev|etc|lib.*|proc|run|sbin|sys|usr)$/;

function fsInit(FS, own) {
  for (const name of readdirSync("/")) {
    if (!NOT_MOUNTED.test(name) && statSync(`/${name}`).isDirectory()) {
      FS.mkdirTree(`/${name}`);
      FS.mount(FS.filesystems.NODEFS, { root: `/${name}` }, `/${name}`);
    }
  }
  // Pyodide's own site-packages is in memory, and empty. This file adds a folder of this machine to it.
  FS.writeFile(`${own.sitePackages}/machine.pth`, sitePackages);
  FS.chdir(process.cwd());
}

function exitWith(error) {
  if (error.constructor.name === "ExitStatus") {
    process.exit(error.status);
  }
  // If this were thrown, Node would print the line of its origin: a megabyte of Pyodide's code.
  console.error(error.stack);
  process.exit(1);
}

// Pyodide ends after an error only if PYTHONINSPECT is set but empty.
const env = { ...process.env, PYTHONINSPECT: "" };
// This also runs `python --version` and the like.
const python = await loadPyodide({ args, env, fsInit, _sysExecutable: executable }).catch(exitWith);
python.setStdout();
python.setStderr();
// loadPyodide() puts the current folder first, even with -I. Python's own main() does so only when it should.
python._api.sys.path.shift();
let status;
try {
  status = python._module._run_main();
} catch (error) {
  exitWith(error);
}
// This flushes the output. 120 is CPython's own status if that fails.
process.exit(python._module._Py_FinalizeEx() < 0 ? 120 : status);
