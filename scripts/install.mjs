// Installs what is missing: packages by `npm ci`, and for the tests on Debian as root ffmpeg, chromium and qemu-user.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs `npm ci` when node_modules is not there or older than the lockfile. Returns false when that fails. */
export function installPackages() {
  if (packagesAreFresh()) return true;
  console.log('Installing packages (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    console.error('✗ npm ci failed (see above).\n  fix: check the network and the registry, and try again.');
  return status === 0;
}

function packagesAreFresh() {
  const installed = new URL('../node_modules/.package-lock.json', import.meta.url);
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).packages;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const present = Object.entries(wanted).filter(([name, entry]) => name !== '' && !entry.optional);
  return present.every(([name, entry]) => found[name]?.version === entry.version) && statSync(installed).isFile();
}

const programs = [
  { command: 'ffmpeg', package: 'ffmpeg', use: 'compressed sound, video' },
  {
    command: 'chromium',
    package: 'chromium',
    use: 'the studio in a real browser, WebGPU on its software Vulkan driver',
  },
  { command: 'buildah', package: 'buildah', use: 'the container image of a bundle, built for real' },
  { command: 'qemu-x86_64', package: 'qemu-user', use: 'int8 models on other processors' },
];

/** Installs them where that is possible without asking; says what stays out otherwise. */
export function installPrograms() {
  const absent = programs.filter((program) => !onPath(program.command));
  if (absent.length === 0) return;
  const reason = whyNotInstall();
  if (reason === null) {
    const names = absent.map((program) => program.package);
    console.log(`Installing ${names.join(' and ')} (apt-get) ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000, encoding: 'utf8' };
    spawnSync('apt-get', ['update', '-qq'], options);
    for (const name of names) {
      const done = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options);
      if (done.status !== 0)
        console.log(`  ${name} could not be installed: ${String(done.stderr).trim().split('\n').at(-1)}`);
    }
  }
  for (const program of absent) {
    if (!onPath(program.command)) {
      console.log(`Without ${program.command}, tests of ${program.use} are left out${reason ? ` (${reason})` : ''}.`);
    }
  }
}

function whyNotInstall() {
  if (process.env.TRIBUTARY_NO_INSTALL) return 'TRIBUTARY_NO_INSTALL is set';
  if (process.platform !== 'linux' || !onPath('apt-get')) return 'install it with the package manager of this system';
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^ID=debian$/m.test(system)) return 'it is installed by itself only on Debian';
  if (process.getuid?.() !== 0)
    return 'installing it needs root: sudo apt-get install ffmpeg chromium buildah qemu-user';
  return null;
}

function onPath(command) {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  return spawnSync(finder, [command], { stdio: 'ignore' }).status === 0;
}
