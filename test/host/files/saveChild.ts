import { makeLimits } from '../../../core/define/limits.ts';
import { openDocument, saveDocument } from '../../../host/files/documentFile.ts';

/** Saves two versions of a document by turns, for ever. Its parent kills it. */
const file = process.argv[2] as string;
const { document } = await openDocument(file, makeLimits());
const long = 'x'.repeat(50_000);
process.stdout.write('saving\n');
for (let n = 0; ; n++) await saveDocument(file, { ...document, description: n % 2 === 0 ? long : 'short' });
