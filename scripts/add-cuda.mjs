// npm run cuda: fetches ONNX Runtime's CUDA and TensorRT libraries with the binding's own installer.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const installer = fileURLToPath(new URL('../node_modules/onnxruntime-node/script/install.js', import.meta.url));
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(`✗ ONNX Runtime offers CUDA to Node only on Linux x64; this is ${process.platform} ${process.arch}.`);
  console.error('  On Windows DirectML and on macOS CoreML come with the package: see `npx tributary devices`.');
  process.exit(7);
}
if (!existsSync(installer)) {
  console.error('✗ onnxruntime-node is not installed.\n  fix: run `npm ci` first.');
  process.exit(7);
}
console.log('Fetching the CUDA 12 libraries of ONNX Runtime from nuget.org (about 300 MB) ...');
const { status } = spawnSync(process.execPath, [installer, '--onnxruntime-node-install=cuda12'], { stdio: 'inherit' });
if (status !== 0) {
  console.error('✗ The libraries could not be fetched (see above). Everything goes on working on the CPU.');
  console.error('  fix: allow access to api.nuget.org, or set HTTPS_PROXY, and run `npm run cuda` again.');
  process.exit(7);
}
console.log(
  'Done. `npx tributary devices` tries each device and says what starts (CUDA 12 and cuDNN 9 must be installed).',
);
