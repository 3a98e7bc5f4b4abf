import { roleHere } from '../../host/entry.ts';

/**
 * The server of a bundle, built into one file: started by a person it serves, started by itself it is the part that its
 * first argument names.
 */
switch (roleHere()) {
  case null:
    if (process.argv[2] === '--ready') await import('./readyCheck.ts');
    else await import('./main.ts');
    break;
  case 'engine':
    await import('../../host/engine/engine.ts');
    break;
  case 'lane':
    await import('../../host/models/lane.ts');
    break;
  case 'jpegWorker':
    await import('../../host/image/jpeg/jpegWorker.ts');
    break;
  case 'probe':
    await import('../../host/models/probe.ts');
    break;
  case 'int8Worker':
    await import('../../host/models/int8Worker.ts');
    break;
  case 'memoryWorker':
    await import('../../host/profile/memoryWorker.ts');
    break;
}
