// npm start: installs what is missing, builds, and opens the studio on the fusion sample: as a desktop program where
// Electron's binary is to be had, else in the browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = 'samples/event-detector/event-detector.tributary.json';

if (!installPackages()) process.exit(7);
if (
  spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status !==
  0
)
  process.exit(1);
if (!existsSync(path.join(root, sample))) {
  console.error(`✗ ${sample} is not there.\n  fix: clone the project again.`);
  process.exit(1);
}
const electron = process.argv.includes('--browser') ? null : electronBinary();
if (electron === null) open(process.execPath, ['cli/tributary.mjs', 'studio', sample]);
else open(electron, ['dist/electron/main.js', sample]);

/** Where Electron's program lies; null when it is not there and cannot be fetched, or has no screen to show itself on. */
function electronBinary() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null;
  const found = installedElectron();
  if (found !== null || process.env.CI || process.env.TRIBUTARY_NO_INSTALL) return found;
  console.log("Fetching Electron's program (once; the browser serves as well) ...");
  const fetched = spawnSync(process.execPath, ['node_modules/electron/install.js'], {
    cwd: root,
    stdio: 'ignore',
    timeout: 120_000,
  });
  if (fetched.status !== 0) console.log('  It could not be fetched: the studio opens in the browser.');
  return installedElectron();
}

function installedElectron() {
  const programs = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const program = path.join(root, 'node_modules/electron/dist', programs[process.platform] ?? 'electron');
  return existsSync(program) ? program : null;
}

/** Runs it until it ends; Ctrl+C is for it to hear, and ends both well. */
function open(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      asked = true;
      // From a terminal it has had the signal already.
      if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`✗ ${program} could not be started: ${error.message}`);
    process.exitCode = 7;
  });
  child.on('exit', (code) => {
    process.exitCode = asked ? 0 : (code ?? 1);
  });
}
