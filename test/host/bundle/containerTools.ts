import { execFile, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A port that nobody had a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Of Debian: what Node, npm and `RUN` need of a system. */
const packages = [
  ...['base-files', 'coreutils', 'dash', 'libacl1', 'libattr1', 'libc6', 'libgcc-s1', 'gcc-12-base'],
  ...['libgmp10', 'libpcre2-8-0', 'libselinux1', 'libstdc++6'],
];
const certificates = '/etc/ssl/certs/ca-certificates.crt';
const pathVariable = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why no image can be built here; null where it can. */
export function whyNoImages(): string | null {
  if (process.platform !== 'linux') return 'images are built on Linux only';
  if (process.getuid?.() !== 0) return 'building an image without a daemon needs root here';
  for (const [program, ...args] of [
    ['buildah', '--version'],
    ['dpkg-deb', '--version'],
    ['apt-get', '--version'],
    ['npm', '--version'],
  ])
    if (spawnSync(program, args).status !== 0) return `${program} is not installed here`;
  const confined = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']);
  return confined.status === 0 ? null : 'processes cannot be given a mount namespace here';
}

/** Buildah with a storage of its own below a folder, which goes with it. */
export function buildahIn(folder: string) {
  const own = ['--root', path.join(folder, 'store'), '--runroot', path.join(folder, 'run'), '--storage-driver', 'vfs'];
  return async (...args: readonly string[]): Promise<string> => {
    const options = { env: { ...process.env, BUILDAH_ISOLATION: 'chroot' }, maxBuffer: 2 ** 26 };
    const { stdout } = await run('buildah', [...own, ...args], options);
    return stdout.trim();
  };
}

/**
 * A small Debian with this machine's Node and npm, as an image that others build on. Its parts come from Debian's mirror;
 * gives why not where that cannot be reached.
 */
export async function makeBase(
  buildah: ReturnType<typeof buildahIn>,
  folder: string,
  image: string,
): Promise<string | null> {
  const debs = path.join(folder, 'debs');
  const root = path.join(folder, 'root');
  mkdirSync(debs, { recursive: true });
  try {
    await run('apt-get', ['download', '-qq', ...packages], { cwd: debs });
  } catch (error) {
    return `Debian's mirror cannot be reached: ${String(error).split('\n').at(-2)}`;
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(path.join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, path.join(root, name));
  }
  const unpack = 'for deb in *.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$1"; done';
  await run('sh', ['-ec', unpack, 'sh', root], { cwd: debs });
  for (const name of ['usr/local/bin', 'usr/local/lib/node_modules', 'etc/ssl/certs', 'tmp', 'proc', 'dev'])
    mkdirSync(path.join(root, name), { recursive: true });
  cpSync(process.execPath, path.join(root, 'usr/local/bin/node'), { dereference: true });
  const npm = realpathSync((await run('which', ['npm'])).stdout.trim());
  cpSync(path.resolve(npm, '../..'), path.join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(root, 'usr/local/bin/npm'));
  for (const file of [certificates, '/etc/resolv.conf']) writeFileSync(path.join(root, file), readFileSync(file));
  writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  const made = await buildah('from', 'scratch');
  await buildah('copy', '--quiet', made, root, '/');
  await buildah('config', '--env', `PATH=${pathVariable}`, '--env', `NODE_EXTRA_CA_CERTS=${certificates}`, made);
  await buildah('commit', '--quiet', made, image);
  await buildah('rm', made);
  return null;
}

function pidInside(unshare: number | undefined): number {
  return Number(readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8').split(' ')[0]);
}

export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly StopSignal: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** Confines what follows to a root that it cannot write, as PID 1 of its own; the temporary folder is a file system in memory. */
const confine = `
mount --make-rprivate /
mount --bind "$1" "$1"
mount --bind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
mount -o remount,ro,bind "$1"
user="$2"; root="$1"; shift 2
cd "$root"
exec chroot --userspec="$user" . "$@"
`;

/** Runs a container's command as its engine would, on the network of this machine. */
export function runConfined(
  root: string,
  { User, Env, Entrypoint, Cmd, WorkingDir }: ImageConfig,
  env: readonly string[],
) {
  const start = ['/bin/sh', '-c', 'cd "$1"; shift; exec "$@"', 'sh', WorkingDir, ...Entrypoint, ...Cmd];
  const inside = ['/usr/bin/env', '-i', ...Env, ...env, ...start];
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', confine, 'sh', root, User, ...inside];
  const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  return {
    said: () => said,
    ended,
    /** The process that is number 1 inside. */
    pid: (): number => pidInside(child.pid),
    /** With number 1 all that is inside goes; what it was told of its parent's end is forgotten where its user changes. */
    kill: () => {
      if (child.exitCode !== null) return;
      try {
        process.kill(pidInside(child.pid), 'SIGKILL');
      } catch {}
      child.kill('SIGKILL');
    },
  };
}
